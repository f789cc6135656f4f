import type { Failure } from '../../shared/contract/common.ts';
import type { AppError } from '../../shared/errors.ts';
import type { LogsService } from '../logs/service.ts';
import type { ContainerFacts } from './container.ts';
import { exitCause } from './exit-cause.ts';
import { nextPhase } from './start-phase.ts';

/** The cause stands above what followed from it: a failed profile prints the whole list of profiles. */
const searchedLines = 400;

/** The end of the log of a container's newest run, and what it tells of the run's end. */
export async function readCause(
  logs: Pick<LogsService, 'tail'>,
  { id, name, exitCode: code, isOutOfMemory, hasKey }: ContainerFacts,
): Promise<{ lines: string[]; error: AppError }> {
  const lines = (await logs.tail(id, searchedLines)).map(({ text }) => text);
  return { lines, error: exitCause(lines, { name, code, isOutOfMemory, hasKey }) };
}

/**
 * Why a run that was never seen ready ended; null where its log does not tell. The job that waited for it says so, too, but
 * goes when it is tried again or cleared away, and the container stays.
 */
export async function failureOfStart(logs: Pick<LogsService, 'tail'>, facts: ContainerFacts): Promise<Failure | null> {
  const { lines, error } = await readCause(logs, facts);
  // Served while nobody looked: then what its log says of refusals is about requests.
  const hasServed = lines.some((line) => nextPhase('CREATED', line) === 'SERVER_UP');
  return hasServed || error.code === 'NIM_EXITED' ? null : error.toFailure();
}
