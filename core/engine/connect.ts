import type Docker from 'dockerode';
import type { EngineEndpoint } from '../../shared/contract/engine.ts';
import { AppError, cancelled, type ErrorCode } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from './ask.ts';
import { type EngineCandidate, findCandidates } from './contexts.ts';
import { describeEngine, type EngineDescription } from './describe-engine.ts';
import { isLocalAddress, openDocker, parseAddress } from './docker.ts';
import { openEvents } from './events.ts';
import type { EngineEvent } from './service.ts';
import { systemCode } from './system-code.ts';

export interface EngineSession {
  docker: Docker;
  endpoint: EngineEndpoint;
  isLocal: boolean;
  description: EngineDescription;
  events: AsyncGenerator<EngineEvent>;
}

/** An engine that answers at all does so in milliseconds; one under load was never seen to need a second. */
export const pingTimeoutMs = 5_000;
/** `/info` counts containers and asks the store: slower on a busy engine than a ping. */
export const describeTimeoutMs = 15_000;

/** Tries every place in turn; `signal` ends the session, too. Throws the failure that says most. */
export async function connectEngine(deps: CoreDeps, signal: AbortSignal): Promise<EngineSession> {
  const candidates = await findCandidates(deps);
  const failures: AppError[] = [];
  for (const candidate of candidates) {
    if (signal.aborted) throw cancelled();
    try {
      return await openSession(candidate, signal);
    } catch (error) {
      if (signal.aborted) throw cancelled();
      failures.push(connectionError(error, candidate));
    }
  }
  throw mostTelling(failures, candidates);
}

async function openSession(candidate: EngineCandidate, signal: AbortSignal): Promise<EngineSession> {
  const docker = await openDocker(candidate);
  await within(pingTimeoutMs, signal, (limited) => ping(docker, limited));
  const description = await describeWithin(docker, signal);
  // The limit is for the opening only: the stream itself lives as long as the session.
  const opening = new AbortController();
  const timer = setTimeout(() => opening.abort(timeoutReason()), describeTimeoutMs);
  try {
    const events = await openEvents(docker, AbortSignal.any([signal, opening.signal]));
    const { source, address, contextName } = candidate;
    const endpoint = { source, address, contextName };
    return { docker, endpoint, isLocal: isLocalAddress(parseAddress(candidate)), description, events };
  } catch (error) {
    throw opening.signal.aborted ? timeoutReason() : error;
  } finally {
    clearTimeout(timer);
  }
}

export async function ping(docker: Docker, signal: AbortSignal): Promise<void> {
  await askEngine(docker, { method: 'GET', path: '/_ping' }, signal);
}

/** Reads again what the engine says of itself. */
export async function describeWithin(docker: Docker, signal: AbortSignal): Promise<EngineDescription> {
  return await within(describeTimeoutMs, signal, (limited) => describeEngine(docker, limited));
}

/** Runs one question to the engine under a limit of its own. */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await ask(AbortSignal.any([signal, limit]));
  } catch (error) {
    // The library reports an abort as whatever the socket said last; only the signals tell the two apart.
    if (signal.aborted) throw cancelled();
    throw limit.aborted ? timeoutReason() : error;
  }
}

function timeoutReason(): Error {
  return Object.assign(new Error('The engine does not answer.'), { code: 'ETIMEDOUT' });
}

const refusals: Record<string, { code: ErrorCode; says: (address: string) => string }> = {
  EACCES: { code: 'ENGINE_FORBIDDEN', says: (at) => `This user may not use the engine at ${at}.` },
  EPERM: { code: 'ENGINE_FORBIDDEN', says: (at) => `This user may not use the engine at ${at}.` },
  ENOENT: { code: 'ENGINE_UNREACHABLE', says: (at) => `There is no engine at ${at}.` },
  ECONNREFUSED: { code: 'ENGINE_UNREACHABLE', says: (at) => `Nothing answers at ${at}.` },
  ETIMEDOUT: { code: 'ENGINE_UNREACHABLE', says: (at) => `The engine at ${at} does not answer.` },
};

/** What went wrong on the way to this engine, as a failure that names its address. */
export function connectionError(error: unknown, { address }: Pick<EngineEndpoint, 'address'>): AppError {
  if (error instanceof AppError) return error;
  const known = refusals[systemCode(error) ?? ''];
  if (known !== undefined) return new AppError(known.code, known.says(address), { address }, { cause: error });
  // An HTTP status or an answer that cannot be read: somebody is there, but not an engine.
  const isStranger = error instanceof Error && ('statusCode' in error || error.name === 'ZodError');
  const text = isStranger
    ? `What answers at ${address} is not a container engine.`
    : `The engine at ${address} cannot be reached: ${error instanceof Error ? error.message.trim() : String(error)}`;
  return new AppError('ENGINE_UNREACHABLE', text, { address }, { cause: error });
}

// A socket that refuses us, or an engine that is too old or hangs, says more than four that do not exist.
function mostTelling(failures: readonly AppError[], candidates: readonly EngineCandidate[]): AppError {
  const telling = failures.find((failure) => systemCode(failure.cause) !== 'ENOENT');
  if (telling !== undefined) return telling;
  const [first] = failures;
  if (first !== undefined && candidates.length === 1) return first;
  const places = candidates.map(({ address }) => address);
  return new AppError('ENGINE_UNREACHABLE', `No container engine was found. Looked at ${places.join(', ')}.`, {
    addresses: places,
  });
}
