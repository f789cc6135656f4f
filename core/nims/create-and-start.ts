import type { StartProgress } from '../../shared/contract/jobs.ts';
import { AppError, cancelled, type ErrorCode, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { JobHandle } from '../jobs/service.ts';
import { createContainer, removeContainer, startContainer, takenNames } from './create-container.ts';
import type { EngineFollower } from './follow-engine.ts';
import { type GpuWay, gpuWays } from './gpu-request.ts';
import { freeName, nameFromReference } from './names.ts';
import { pickPort } from './pick-port.ts';
import type { Roster } from './roster.ts';
import { containerBody, type ContainerInput } from './spec.ts';

export interface CreateParts {
  engine: EngineService;
  follower: EngineFollower;
  roster: Roster;
}

/** All but what is found out by trying. */
export type BaseInput = Omit<ContainerInput, 'name' | 'port' | 'gpuWay'>;

const discardAgainMs = 1_000;

/** Between our choice of a name or a port and the engine's use of it somebody else may take it. */
const triesWhenTaken = 5;

/** The engine lacks the means for this way; another one may do. */
const noWay = new Set<ErrorCode>(['NVIDIA_RUNTIME_MISSING', 'NVIDIA_RUNTIME_UNKNOWN', 'CDI_DEVICE_UNKNOWN']);

/** Tries every way to a GPU that the engine may have; the failure that counts is the one of the best way. */
export async function createAndStart(
  deps: CoreDeps,
  parts: CreateParts,
  input: BaseInput,
  handle: JobHandle,
): Promise<string> {
  let first: AppError | null = null;
  const tried: { way: GpuWay; said: string }[] = [];
  for (const { way, reason } of gpuWays(input.spec.gpus, parts.engine.state())) {
    try {
      const id = await createAndStartUntaken(deps, parts, input, way, handle);
      if (input.spec.gpus.kind !== 'none') deps.log.info('nims.gpu-way', { id, way, reason, tried });
      return id;
    } catch (error) {
      if (!isAppError(error) || !noWay.has(error.code)) throw error;
      tried.push({ way, said: error.message });
      first ??= error;
    }
  }
  const { code, message, detail } =
    first ?? new AppError('NVIDIA_RUNTIME_MISSING', 'The engine has no way to give a GPU to a container.');
  throw new AppError(code, message, { ...detail, tried }, { cause: first });
}

async function createAndStartUntaken(
  deps: CoreDeps,
  parts: CreateParts,
  input: BaseInput,
  gpuWay: GpuWay,
  handle: JobHandle,
): Promise<string> {
  const { spec } = input;
  // What the engine refused counts as taken at once: it lists a container only some time after it took the name.
  const refusedNames = new Set<string>();
  const refusedPorts = new Set<number | null>();
  for (let tries = 1; ; tries += 1) {
    const port = spec.port ?? (await pickPort(new Set([...reservedPorts(parts), ...refusedPorts])));
    const taken = await takenNames(parts.engine.docker(), handle.signal);
    const name = spec.name ?? freeName(nameFromReference(spec.reference), new Set([...taken, ...refusedNames]));
    handle.report({ title: name });
    try {
      return await createAndStartOnce(deps, parts, { ...input, name, port, gpuWay }, handle);
    } catch (error) {
      const isOurChoice =
        (isAppError(error, 'NAME_IN_USE') && spec.name === null) ||
        (isAppError(error, 'PORT_IN_USE') && spec.port === null);
      if (!isOurChoice || tries === triesWhenTaken) throw error;
      if (isAppError(error, 'NAME_IN_USE')) refusedNames.add(name);
      else refusedPorts.add(port);
    }
  }
}

async function createAndStartOnce(
  deps: CoreDeps,
  parts: CreateParts,
  input: ContainerInput,
  handle: JobHandle,
): Promise<string> {
  const { engine, follower, roster } = parts;
  const { signal } = handle;
  const docker = engine.docker();
  const id = await createContainer(docker, input.name, containerBody(input));
  try {
    if (signal.aborted) throw cancelled();
    roster.setTask(id, { kind: 'starting', startedBefore: null });
    await follower.refresh(id);
    handle.report({ nimId: id, start: step(deps, 'starting') });
    await startContainer(docker, id, signal);
  } catch (error) {
    // Also when core closes: a container that never ran is of no use to anybody.
    await discard(deps, parts, id);
    roster.setTask(id, null);
    handle.report({ nimId: null });
    if (signal.aborted) throw cancelled();
    throw error;
  }
  await follower.refresh(id).catch((error: unknown) => {
    // It runs; an engine that is lost now is waited for, and then everything is read again.
    deps.log.warn('nims.inspect-failed', { id, message: String(error) });
  });
  return id;
}

/**
 * The failure that led here is the one to tell. What an engine that is away cannot remove is removed when it is back; what
 * cannot be removed at all stays in the list.
 */
export async function discard(
  deps: Pick<CoreDeps, 'log'>,
  parts: Pick<CreateParts, 'engine' | 'roster'>,
  id: string,
): Promise<void> {
  const { engine, roster } = parts;
  try {
    await removeContainer(engine.docker(), id);
    roster.drop(id);
  } catch (error) {
    deps.log.error('nims.left-behind', { id, message: String(error) });
    if (!isAppError(error, 'ENGINE_LOST') && !isAppError(error, 'ENGINE_UNREACHABLE')) return;
    const again = () => {
      stop();
      clearTimeout(timer);
      void discard(deps, parts, id);
    };
    const stop = engine.onChange(({ status }) => {
      if (status === 'connected') again();
    });
    // One whose socket is away for a moment stays connected: it would never be said to be back.
    const isLost = engine.state().status !== 'connected';
    const timer = isLost ? undefined : setTimeout(again, discardAgainMs).unref();
  }
}

function reservedPorts({ roster }: CreateParts): (number | null)[] {
  return roster.ids().map((id) => roster.find(id)?.facts.reservedPort ?? null);
}

export function step(deps: CoreDeps, name: 'creating' | 'starting'): StartProgress {
  return { step: name, phase: 'CREATED', phaseSince: new Date(deps.now()).toISOString(), lastLine: null };
}
