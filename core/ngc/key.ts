import { AppError } from '../../shared/errors.ts';

// Personal, service and staging keys look alike; their length is NGC's business (ngc facts 1.1).
const currentShape = /^nvapi-[\w-]{4,}$/;
const legacyShape = /^[A-Za-z0-9+/]{40,}={0,2}$/;
const legacyContent = /^[^:\s]+:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What comes along when a key is copied from a page, a command line or a settings file. */
const invisible = /[\s\u00ad\u200b-\u200f\u2060\ufeff]/g;
const assignment = /^\s*(?:export\s+|set\s+|setx\s+|\$env:)?[A-Z_]*API_KEY\s*[=:\s]\s*/i;
const scheme = /^\s*(?:Authorization:\s*)?Bearer\s+/i;
const quotes = /^["'`“”‘’«»<]+|["'`“”‘’«»>;,]+$/g;

/**
 * The key in what somebody pasted. Throws BAD_INPUT, without a word of the input, for what cannot be a key: it would only
 * be sent to a registry that must not see it.
 */
export function readKey(pasted: string): string {
  const key = pasted.replace(assignment, '').replace(scheme, '').replace(invisible, '').replace(quotes, '');
  const isTwice = key.split('nvapi-').length > 2;
  if (!isTwice && (currentShape.test(key) || isLegacyKey(key))) return key;
  if (isTwice) throw new AppError('BAD_INPUT', 'There is more than one key in this text.');
  if (key === '') throw new AppError('BAD_INPUT', 'No key was given.');
  if (key.startsWith('hf_')) {
    throw new AppError('BAD_INPUT', 'This is a Hugging Face token; NGC needs a key of its own.');
  }
  throw new AppError('BAD_INPUT', 'This is not an NGC key: those begin with “nvapi-”.');
}

function isLegacyKey(key: string): boolean {
  return legacyShape.test(key) && legacyContent.test(Buffer.from(key, 'base64').toString('latin1'));
}

/** Enough to tell two keys apart, too little to use one. */
export const keyHint = (key: string): string => key.slice(-4);
