import type { Json } from '../../shared/json.ts';

export type LogFields = Record<string, Json | undefined>;

/** One JSON line an event. Keys and tokens are removed here and nowhere else. */
export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

// The two shapes of NGC keys (ngc facts 1.1), Hugging Face tokens, Bearer and Basic credentials, JSON web tokens.
const secretShapes = [
  /nvapi-[\w-]{8,}/g,
  /\b[A-Za-z0-9]{80,}={0,2}/g,
  /\bhf_[A-Za-z0-9]{8,}/g,
  /\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
];

export function redact(text: string): string {
  return secretShapes.reduce((kept, shape) => kept.replace(shape, '[redacted]'), text);
}

/** @param write gets one line without line end */
export function createLogger(write: (line: string) => void, now: () => number = Date.now): Logger {
  const at = (level: string) => (event: string, fields?: LogFields) => {
    write(redact(JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields })));
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
