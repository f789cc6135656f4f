import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { dockerError, engineStatus } from '../engine/docker-errors.ts';
import type { JobHandle } from '../jobs/service.ts';
import { removeModel } from './cost.ts';
import { removeContainer, startContainer, unpauseContainer } from './create-container.ts';
import { type DeployParts, isClosing } from './deploy.ts';
import type { RemovalPlan } from './inspect.ts';
import { stopSeconds } from './spec.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export type LifecycleParts = Pick<DeployParts, 'engine' | 'roster' | 'follower' | 'stopped' | 'logs'>;

/** TERM, and KILL when it has not ended after 30 seconds. One that does not run is stopped already. */
export async function stopNim({ engine, roster, follower, stopped }: LifecycleParts, id: string): Promise<void> {
  const { facts } = roster.get(id);
  if (!facts.isRunning || facts.startedAt === null) return;
  roster.setTask(id, { kind: 'stopping' });
  try {
    await stopped.mark(id, facts.startedAt);
    await engine
      .docker()
      .getContainer(id)
      .stop({ t: stopSeconds })
      .catch((error: unknown) => {
        if (engineStatus(error) !== 304) throw dockerError(error, { action: 'stop the container' });
      });
    // Before the task goes: what was seen last is that it runs.
    await follower.refresh(id);
  } catch (error) {
    if (roster.find(id)?.facts.isRunning === true) await stopped.unmark(id);
    throw error;
  } finally {
    roster.setTask(id, null);
  }
}

/** Of one that was frozen with another tool. */
export async function resumeNim({ engine, roster, follower }: LifecycleParts, id: string): Promise<void> {
  if (!roster.get(id).facts.isPaused) return;
  roster.setTask(id, { kind: 'resuming' });
  try {
    await unpauseContainer(engine.docker(), id);
    await follower.refresh(id);
  } finally {
    roster.setTask(id, null);
  }
}

/** Starts a container that is there and waits until it is ready; a cancel stops it again. */
export async function startNim(deps: CoreDeps, parts: LifecycleParts, id: string, handle: JobHandle): Promise<void> {
  const { engine, roster, follower } = parts;
  const { facts } = roster.get(id);
  if (roster.taskOf(id)?.kind === 'stopping') {
    throw new AppError('CONFLICT', `${facts.name} is being stopped; start it when it has stopped.`, { nimId: id });
  }
  const startedBefore = facts.isPaused ? null : facts.startedAt;
  const phaseSince = new Date(deps.now()).toISOString();
  roster.setTask(id, { kind: 'starting', startedBefore });
  handle.report({ start: { step: 'starting', phase: 'CREATED', phaseSince, lastLine: null } });
  try {
    // An engine starts nothing that is frozen.
    if (facts.isPaused) await unpauseContainer(engine.docker(), id);
    else await startContainer(engine.docker(), id, handle.signal);
    await follower.refresh(id).catch((error: unknown) => {
      deps.log.warn('nims.inspect-failed', { id, message: String(error) });
    });
    await waitUntilReady(parts, id, startedBefore, handle);
  } catch (error) {
    if (!handle.signal.aborted) throw error;
    if (!isClosing(handle.signal)) await stopNim(parts, id);
    throw cancelled();
  } finally {
    roster.setTask(id, null);
  }
}

export async function restartNim(deps: CoreDeps, parts: LifecycleParts, id: string, handle: JobHandle): Promise<void> {
  await stopNim(parts, id);
  if (handle.signal.aborted) throw cancelled();
  await startNim(deps, parts, id, handle);
}

/** The container, and what the plan says of its image and its model. A failure names what is left: the container is gone by then. */
export async function removeNim(
  { engine, roster, images }: LifecycleParts & Pick<DeployParts, 'images'>,
  id: string,
  { image, cache }: RemovalPlan,
): Promise<void> {
  roster.get(id);
  await removeContainer(engine.docker(), id);
  roster.drop(id);
  if (image !== null) await images.api.remove({ reference: image });
  if (cache !== null) await removeModel(cache);
}
