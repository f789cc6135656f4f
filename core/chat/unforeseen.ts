import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';

/** Puts what nobody foresaw into the log, and gives the failure with the number under which it is found there. */
export function createUnforeseen({ log }: Pick<CoreDeps, 'log'>): (error: unknown) => AppError {
  return (error) => {
    const id = randomUUID();
    log.error('chat.turn-failed', {
      id,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return new AppError('INTERNAL', 'Something unforeseen happened.', { id });
  };
}
