const startedAt = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
let last = 0n;

/** Nanoseconds since 1970, never the same twice: stamps are what tells two lines of a log apart. */
export function nowNano(): bigint {
  const now = startedAt + process.hrtime.bigint();
  last = now > last ? now : last + 1n;
  return last;
}

/** `2026-11-23T10:15:30.123456789Z`, as engines write it. */
export function spellNano(nano: bigint): string {
  const second = new Date(Number(nano / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(nano % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Seconds with a fraction (`1790000000.000000001`), or a date; null for nothing, and 0 means nothing, too. */
export function parseMoment(text: string | null): bigint | null {
  if (text === null || text === '' || text === '0') return null;
  const seconds = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds !== null) {
    const [, whole = '0', fraction = ''] = seconds;
    return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  }
  const date = /^(.*?T[\d:]+)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const at = Date.parse(date === null ? text : `${date[1]}${date[3]}`);
  if (Number.isNaN(at)) return null;
  return BigInt(at) * 1_000_000n + BigInt((date?.[2] ?? '').padEnd(9, '0'));
}
