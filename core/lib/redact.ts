// The two shapes of NGC keys (ngc facts 1.1), Hugging Face tokens, Bearer and Basic credentials, JSON web tokens, and who
// signs in with an address (a proxy's, above all).
// Whoever adds a shape adds its beginning below.
const secretShapes = [
  /nvapi-[\w-]{8,}/g,
  /\b[A-Za-z0-9]{80,}={0,2}/g,
  /\bhf_[A-Za-z0-9]{8,}/g,
  // Long, or with a digit, an equals sign or a capital in the middle: “basic authentication” and “bearer token” are words.
  /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s+(?=[\w+/.~-]*(?:[\d=]|[a-z][A-Z])|[\w+/=.~-]{24})[\w+/=.~-]{8,}/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=:\/\/)[^\s/@"':]*:[^\s/@"']+(?=@)/g,
];

/** Takes keys and tokens out of a text that leaves core: a log line, an error, a NIM's output. */
export function redact(text: string): string {
  if (!mayHoldSecret(text)) return text;
  return secretShapes.reduce((kept, shape) => kept.replace(shape, '[redacted]'), text);
}

/** The shortest run of letters and digits that is taken for a key of the older kind. */
const longRun = 80;
/** How all other shapes begin. */
const beginnings = /nvapi-|hf_|eyJ|bearer|basic|:\/\/[^\s/@]*@/i;

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
