import type { DeploySpec } from '../../shared/contract/nims.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { ImagesService } from '../images/service.ts';
import type { JobHandle } from '../jobs/service.ts';
import type { NgcService } from '../ngc/service.ts';
import type { SettingsService } from '../settings/service.ts';
import { type BaseInput, createAndStart, type CreateParts, discard, step } from './create-and-start.ts';
import { takenNames } from './create-container.ts';
import { inspectImage } from './image.ts';
import { planCache, prepareCache } from './model-cache.ts';
import { isPortFree } from './pick-port.ts';
import { cacheTarget } from './spec.ts';
import { waitUntilReady, type WaitParts } from './wait-until-ready.ts';

export interface DeployParts extends WaitParts, CreateParts {
  images: ImagesService;
  ngc: NgcService;
  settings: SettingsService;
}

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

/** Core closes, nobody cancelled: a NIM that loads its model goes on without us. */
export function isClosing(signal: AbortSignal): boolean {
  return isAppError(signal.reason) && signal.reason.detail?.['isClosing'] === true;
}
