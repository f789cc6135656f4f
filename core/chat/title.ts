const longest = 60;

/** The first words of the first message. Not inside a character that is made of several code points. */
export function titleFrom(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line.length <= longest) return line === '' ? 'Untitled' : line;
  let cut = '';
  let count = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    cut += segment;
    if (++count === longest) break;
  }
  if (cut.length === line.length) return line;
  const lastBlank = cut.lastIndexOf(' ');
  return `${cut.slice(0, lastBlank > longest / 2 ? lastBlank : undefined).trimEnd()}…`;
}
