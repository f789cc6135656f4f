import type { StartProgress } from '../../shared/contract/jobs.ts';
import type { DeploySpec } from '../../shared/contract/nims.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { ImagesService } from '../images/service.ts';
import type { JobHandle } from '../jobs/service.ts';
import type { NgcService } from '../ngc/service.ts';
import type { SettingsService } from '../settings/service.ts';
import { createContainer, removeContainer, startContainer, takenNames } from './create-container.ts';
import type { EngineFollower } from './follow-engine.ts';
import { type GpuWay, gpuWays } from './gpu-request.ts';
import { inspectImage } from './image.ts';
import { planCache, prepareCache } from './model-cache.ts';
import { freeName, nameFromReference } from './names.ts';
import { isPortFree, pickPort } from './pick-port.ts';
import { cacheTarget, containerBody, type ContainerInput } from './spec.ts';
import { waitUntilReady, type WaitParts } from './wait-until-ready.ts';

export interface DeployParts extends WaitParts {
  engine: EngineService;
  images: ImagesService;
  ngc: NgcService;
  settings: SettingsService;
  follower: EngineFollower;
}

/** All but what is found out by trying. */
type BaseInput = Omit<ContainerInput, 'name' | 'port' | 'gpuWay'>;

/** Between our choice of a name or a port and the engine's use of it somebody else may take it. */
const triesWhenTaken = 5;

/** Pull when needed, create, start, wait until ready. Leaves nothing behind that never ran, and nothing that was cancelled. */
export async function deploy(deps: CoreDeps, parts: DeployParts, spec: DeploySpec, handle: JobHandle): Promise<void> {
  const { engine, images, follower, roster } = parts;
  const { signal } = handle;
  await engine.settled(signal);
  await follower.settled(signal);
  await checkBeforePull(parts, spec, signal);

  if (!(await images.has(spec.reference, signal))) {
    handle.report({ cancelKeeps: images.cancelKeeps() });
    await images.pull(spec.reference, { signal, onProgress: (pull) => handle.report({ pull }) });
    handle.report({ cancelKeeps: null });
  }

  handle.report({ start: step(deps, 'creating') });
  const input = await containerInput(deps, parts, spec, signal);
  const id = await createAndStart(deps, parts, input, handle);
  try {
    await waitUntilReady(parts, id, null, handle);
  } catch (error) {
    if (signal.aborted && !isClosing(signal)) await discard(deps, parts, id);
    throw error;
  } finally {
    roster.setTask(id, null);
  }
}

/** What would fail after the pull anyway is said before it: a pull may take an hour. */
async function checkBeforePull({ engine }: DeployParts, spec: DeploySpec, signal: AbortSignal) {
  const { isLocal, endpoint } = engine.state();
  const taken = await takenNames(engine.docker(), signal);
  if (spec.name !== null && taken.has(spec.name)) {
    throw new AppError('NAME_IN_USE', `There is a container called ${spec.name} already.`, { name: spec.name });
  }
  if (isLocal === false && !/\/\/(?:127\.|localhost[:/]|\[::1\])/.test(endpoint?.address ?? '')) {
    const message =
      'The engine is on another machine. A NIM answers on that machine’s loopback only, out of reach from here.';
    throw new AppError('CONFLICT', `${message} Run Nimdeck there.`, { address: endpoint?.address ?? null });
  }
  if (spec.port !== null && !(await isPortFree(spec.port))) {
    throw new AppError('PORT_IN_USE', `Something on this machine listens on port ${spec.port} already.`, {
      port: spec.port,
    });
  }
}

async function containerInput(
  deps: CoreDeps,
  { engine, ngc, settings }: DeployParts,
  spec: DeploySpec,
  signal: AbortSignal,
): Promise<BaseInput> {
  const image = await inspectImage(engine.docker(), spec.reference, signal);
  const plan = planCache({
    engine: engine.state(),
    platform: deps.platform,
    home: deps.home,
    cacheFolder: settings.get().cacheFolder,
    imageUser: image.user,
    target: cacheTarget(image),
    ownUserId: deps.userId,
  });
  const cache = await prepareCache(plan);
  // A container can do with the key what it likes: only one from a registry that the key belongs to gets it.
  const isTrusted = (await ngc.credentialFor(spec.reference)) !== null;
  return { spec, image, cache, ngcKey: isTrusted ? await ngc.key() : null };
}

/** Tries every way to a GPU that the engine may have; the failure that counts is the one of the best way. */
async function createAndStart(
  deps: CoreDeps,
  parts: DeployParts,
  input: BaseInput,
  handle: JobHandle,
): Promise<string> {
  const ways = gpuWays(input.spec.gpus, parts.engine.state());
  let first: AppError | null = null;
  for (const way of ways) {
    try {
      return await createAndStartUntaken(deps, parts, input, way, handle);
    } catch (error) {
      const isNoWay = isAppError(error, 'NVIDIA_RUNTIME_MISSING') || isAppError(error, 'CDI_DEVICE_UNKNOWN');
      if (!isNoWay) throw error;
      first ??= error;
    }
  }
  throw first ?? new AppError('NVIDIA_RUNTIME_MISSING', 'The engine has no way to give a GPU to a container.');
}

async function createAndStartUntaken(
  deps: CoreDeps,
  parts: DeployParts,
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
  parts: DeployParts,
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

/** The failure that led here is the one to tell; what could not be cleaned up stays in the list to be removed there. */
async function discard(deps: CoreDeps, { engine, roster }: DeployParts, id: string): Promise<void> {
  try {
    await removeContainer(engine.docker(), id);
    roster.drop(id);
  } catch (error) {
    deps.log.error('nims.left-behind', { id, message: String(error) });
  }
}

function reservedPorts({ roster }: DeployParts): (number | null)[] {
  return roster.ids().map((id) => roster.find(id)?.facts.reservedPort ?? null);
}

function step(deps: CoreDeps, name: 'creating' | 'starting'): StartProgress {
  return { step: name, phase: 'CREATED', phaseSince: new Date(deps.now()).toISOString(), lastLine: null };
}

/** Core closes, nobody cancelled: a NIM that loads its model goes on without us. */
export function isClosing(signal: AbortSignal): boolean {
  return isAppError(signal.reason) && signal.reason.detail?.['isClosing'] === true;
}
