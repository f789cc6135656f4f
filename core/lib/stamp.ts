/**
 * The engine's time stamps, kept as text in one form, `2026-11-24T15:09:01.123456789Z`: nanoseconds do not fit a number
 * of milliseconds, and in this form the order of the texts is the order in time.
 */
export const stampLength = 30;

const anyStamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Docker writes the one form already; Podman leaves out trailing zeros and writes the machine's offset. Null when it is none. */
export function toStamp(text: string): string | null {
  if (text.length === stampLength && text.endsWith('Z') && text[19] === '.' && text[10] === 'T') return text;
  const found = anyStamp.exec(text);
  if (found === null) return null;
  const [, seconds = '', fraction = '', offset = 'Z'] = found;
  const at = Date.parse(`${seconds}${offset}`);
  return Number.isNaN(at) ? null : stampOf(BigInt(at) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

export function nanosecondsOf(stamp: string): bigint {
  return BigInt(Date.parse(`${stamp.slice(0, 19)}Z`)) * 1_000_000n + BigInt(stamp.slice(20, 29));
}

export function stampOf(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const rest = String(nanoseconds % 1_000_000_000n).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

/** `SECONDS.NANOSECONDS`, as `since` and `until` want it. */
export function toEngineTime(stamp: string): string {
  return `${Date.parse(`${stamp.slice(0, 19)}Z`) / 1000}.${stamp.slice(20, 29)}`;
}
