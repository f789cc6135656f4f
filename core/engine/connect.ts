import type Docker from 'dockerode';
import type { EngineEndpoint } from '../../shared/contract/engine.ts';
import { AppError, cancelled, type ErrorCode } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from './ask.ts';
import { type EngineCandidate, findCandidates } from './contexts.ts';
import { describeEngine, type EngineDescription } from './describe-engine.ts';
import { isLocalAddress, openDocker, parseAddress } from './docker.ts';
import { openEvents } from './events.ts';
import type { EnginePace } from './pace.ts';
import type { EngineEvent } from './service.ts';
import { systemCode } from '../lib/system-code.ts';

export interface EngineSession {
  docker: Docker;
  endpoint: EngineEndpoint;
  isLocal: boolean;
  description: EngineDescription;
  events: AsyncGenerator<EngineEvent>;
}

/** Tries every place in turn; `signal` ends the session, too. Throws the failure that says most. */
export async function connectEngine(deps: CoreDeps, signal: AbortSignal, pace: EnginePace): Promise<EngineSession> {
  const candidates = await findCandidates(deps);
  const failures: AppError[] = [];
  for (const candidate of candidates) {
    if (signal.aborted) throw cancelled();
    try {
      return await openSession(candidate, signal, pace);
    } catch (error) {
      if (signal.aborted) throw cancelled();
      failures.push(connectionError(error, candidate));
    }
  }
  throw mostTelling(failures, candidates);
}

async function openSession(candidate: EngineCandidate, signal: AbortSignal, pace: EnginePace): Promise<EngineSession> {
  const docker = await openDocker(candidate);
  await within(pace.pingMs, signal, (limited) => ping(docker, limited));
  const description = await describeWithin(docker, signal, pace);
  // The limit is for the opening only: the stream itself lives as long as the session.
  const opening = new AbortController();
  const timer = setTimeout(() => opening.abort(timeoutReason()), pace.describeMs);
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
export async function describeWithin(
  docker: Docker,
  signal: AbortSignal,
  { describeMs }: EnginePace,
): Promise<EngineDescription> {
  return await within(describeMs, signal, (limited) => describeEngine(docker, limited));
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

/** Of several places tried, the one that says most about why there is no engine. */
function mostTelling(failures: readonly AppError[], candidates: readonly EngineCandidate[]): AppError {
  const [best] = failures.toSorted((a, b) => telling(b) - telling(a));
  if (best !== undefined && (telling(best) > 0 || candidates.length === 1)) return best;
  const addresses = candidates.map(({ address }) => address);
  return new AppError('ENGINE_UNREACHABLE', `No container engine was found. Looked at ${addresses.join(', ')}.`, {
    addresses,
  });
}

/** A refusal or a hanging engine says more than a socket that was left behind, that more than one that is not there. */
function telling({ code, detail, cause }: AppError): number {
  // The folder of Podman's system socket is closed to users whether a service runs or not.
  const isClosedFolder = code === 'ENGINE_FORBIDDEN' && detail?.['address'] === 'unix:///run/podman/podman.sock';
  if (isClosedFolder || systemCode(cause) === 'ENOENT') return 0;
  if (systemCode(cause) === 'ECONNREFUSED') return 1;
  return code === 'ENGINE_UNREACHABLE' ? 2 : 3;
}
