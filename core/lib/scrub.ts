import { redact } from './redact.ts';

/** What is shorter stands in too many innocent words. */
const shortestSecret = 8;

/**
 * Takes these very secrets out of a text that is handed on, however they are spelled there: as they are, percent-encoded,
 * escaped in JSON, or inside base64 and base64url of whatever surrounds them; then everything that only looks like a secret.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.filter((secret) => secret.length >= shortestSecret).flatMap(spellingsOf);
  // The longest first: a shorter spelling may be a part of it.
  const ordered = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  return (text) => redact(ordered.reduce((kept, spelling) => kept.replaceAll(spelling, '[redacted]'), text));
}

function spellingsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const encoded = [0, 1, 2].flatMap((before) => {
    const spelled = base64Inside(secret, before);
    return [spelled, spelled.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [secret, percent, percent.toLowerCase(), json, ...encoded].filter((text) => text.length >= shortestSecret);
}

/** The characters of base64 that a secret alone decides when so many bytes stand before it in its group of three. */
function base64Inside(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const whole = Math.floor(bytes.length / 3) * 3;
  // A group with a foreign byte has foreign characters: the first one is given up, unless nothing stands before.
  return bytes.subarray(before === 0 ? 0 : 3, whole).toString('base64');
}
