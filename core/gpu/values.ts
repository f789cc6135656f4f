/** `24564 MiB`, `71.15 W`, `42 C`, `0 %`. Whatever is not a number (`N/A`, `[Unknown Error]`, `GPU is lost`, …: gpu facts 1.3) is unknown, never 0. */
export function numberOf(text: string | undefined): number | null {
  const found = /^\s*(-?\d{1,15}(?:\.\d{1,15})?)(?:\s*(?:MiB|W|C|%))?\s*$/.exec(text ?? '');
  return found?.[1] === undefined ? null : Number(found[1]);
}

/** Of memory and numbers of things: nothing is below 0. */
export function amountOf(text: string | undefined): number | null {
  const value = numberOf(text);
  return value !== null && value >= 0 ? value : null;
}

export function integerOf(text: string | undefined): number | null {
  const value = amountOf(text);
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

/** `595.58.03`, and of what R610 prints the number in front of its remark (gpu facts 1.6). */
export function leadingVersionOf(text: string | undefined): string | null {
  return /^\s*(\d+(?:\.\d+)+)(?:\s|$)/.exec(text ?? '')?.[1] ?? null;
}

/** `N/A`: the board cannot, or the driver is older than MIG. */
export function migEnabledOf(text: string | undefined): boolean | null {
  const mode = text?.trim();
  if (mode === 'Enabled') return true;
  return mode === 'Disabled' ? false : null;
}
