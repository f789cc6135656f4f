/** The shortest run of letters and digits that `redact` takes for a key of the older kind. */
const longRun = 80;
const beginnings = /nvapi-|hf_|eyJ|bearer|basic/i;

/**
 * Whether `redact` could find anything: a cheap yes for more than it finds, a no that is certain. Searching a flood for
 * runs of 80 letters costs more than all else that a line passes; a run of 80 covers one of every 80 places, so only
 * these need looking at.
 */
export function mayHoldSecret(text: string): boolean {
  for (let at = longRun - 1; at < text.length; at += longRun) {
    if (isLetterOrDigit(text.charCodeAt(at)) && runAround(text, at) >= longRun) return true;
  }
  return beginnings.test(text);
}

function runAround(text: string, at: number): number {
  let from = at;
  while (from > 0 && isLetterOrDigit(text.charCodeAt(from - 1))) from -= 1;
  let to = at + 1;
  while (to < text.length && isLetterOrDigit(text.charCodeAt(to))) to += 1;
  return to - from;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}
