import type { Json } from '../../shared/json.ts';
import { redact } from './redact.ts';

export type LogFields = Record<string, Json | undefined>;

/** One JSON line an event, without keys and tokens. */
export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** @param write gets one line without line end */
export function createLogger(write: (line: string) => void, now: () => number = Date.now): Logger {
  const at = (level: string) => (event: string, fields?: LogFields) => {
    write(redact(JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields })));
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
