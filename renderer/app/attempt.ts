import { toAppError } from '../hooks/read-stream.ts';
import { showFailure } from './notices.ts';

/** What was asked for from nowhere on the page: its failure has no place there, so a notice says it. */
export function attempt(asked: Promise<unknown>): void {
  asked.catch((error: unknown) => showFailure(toAppError(error)));
}
