/** Of one answer: its beginning and its end, which say most. */
const headChars = 192 * 1024;
const tailChars = 64 * 1024;

/** Collects a text of any length in bounded memory. */
export function createRawText() {
  let head = '';
  let tail: string[] = [];
  let tailLength = 0;
  let isCut = false;
  return {
    push(text: string): void {
      if (head.length < headChars) {
        const room = headChars - head.length;
        head += text.slice(0, room);
        if (text.length > room) this.push(text.slice(room));
        return;
      }
      tail.push(text);
      tailLength += text.length;
      if (tailLength <= tailChars * 2) return;
      const kept = tail.join('').slice(-tailChars);
      isCut = true;
      tail = [kept];
      tailLength = kept.length;
    },
    read: (): { text: string; isCut: boolean } => ({
      text: isCut ? `${head}\n\n[…]\n\n${tail.join('')}` : head + tail.join(''),
      isCut,
    }),
  };
}
