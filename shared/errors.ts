import { errorCatalog } from './error-catalog.ts';
import type { Json } from './json.ts';

export { errorCatalog };

export type ErrorCode = keyof typeof errorCatalog;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the keys' type; z.enum wants a tuple
export const errorCodes = Object.keys(errorCatalog) as [ErrorCode, ...ErrorCode[]];

/** Plain data that helps to act on the failure: ids, names, numbers. Never a secret. */
export type ErrorDetail = Record<string, Json>;

/** The only error that crosses a boundary. `message` says what happened in this case; title and remedy come from the catalogue. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail | undefined;

  constructor(code: ErrorCode, message: string, detail?: ErrorDetail, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
  }

  /** As it crosses the wire; no stack, no cause. */
  toFailure(): { code: ErrorCode; message: string; detail?: ErrorDetail } {
    const { code, message, detail } = this;
    return detail === undefined ? { code, message } : { code, message, detail };
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** What an operation throws when its signal was aborted; look at the signal before the error. */
export function cancelled(message = 'Cancelled.'): AppError {
  return new AppError('CANCELLED', message);
}
