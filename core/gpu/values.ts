/** `24564 MiB`, `71.15 W`, `42 C`, `0 %`. Whatever is not a number (`N/A`, `[Unknown Error]`, `GPU is lost`, …: gpu facts 1.3) is unknown, never 0. */
export function numberOf(text: string | undefined): number | null {
  const found = /^\s*(-?\d+(?:\.\d+)?)(?:\s*(?:MiB|W|C|%))?\s*$/.exec(text ?? '');
  return found?.[1] === undefined ? null : Number(found[1]);
}

export function integerOf(text: string | undefined): number | null {
  const value = numberOf(text);
  return value !== null && Number.isInteger(value) ? value : null;
}

const unknownWords = new Set([
  '',
  'n/a',
  'not supported',
  'none',
  'not found',
  'unknown',
  'unknown error',
  'gpu is lost',
]);

/** Null for the words that stand where a driver has no value; brackets around them mean the same. */
export function textOf(text: string | undefined): string | null {
  const trimmed = (text ?? '').trim();
  const bare = trimmed.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return unknownWords.has(bare) || bare.startsWith('requested functionality') || bare === 'insufficient permissions'
    ? null
    : trimmed;
}

/** `major.minor`; K80 boards under R430 say `Not Found` where others say a version. */
export function versionPairOf(text: string | undefined): string | null {
  const trimmed = (text ?? '').trim();
  return /^\d+\.\d+$/.test(trimmed) ? trimmed : null;
}
