import type Docker from 'dockerode';
import { z } from '../../shared/zod.ts';
import { askEngine } from '../engine/ask.ts';
import { dockerError, engineStatus } from '../engine/docker-errors.ts';
import type { ContainerBody } from './spec.ts';

const createAnswer = z.object({ Id: z.string() });
const listAnswer = z.array(z.object({ Names: z.array(z.string()).nullish() }));

/** Takes 30 to 400 ms (test host 4). */
const createTimeoutMs = 60_000;

/**
 * An engine in debug mode writes the bodies it is sent into its log, the key in them included, unless they are above 4096
 * bytes (moby, `api/server/middleware/debug.go`; seen on 20.10 and 26.1). Engines take no notice of fields they do not know.
 */
const unlogged = { '': ' '.repeat(4096) };

/**
 * Takes no signal: cut off, it would leave a container behind that nobody knows the id of.
 *
 * Not dockerode's `createContainer`: that one puts the body, and with it the key, into the request's address as well.
 */
export async function createContainer(docker: Docker, name: string, body: ContainerBody): Promise<string> {
  const signal = AbortSignal.timeout(createTimeoutMs);
  try {
    const question = {
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: { ...unlogged, ...body },
    } as const;
    return createAnswer.parse(await askEngine(docker, question, signal)).Id;
  } catch (error) {
    throw dockerError(error, { reference: body.Image, action: 'create the container' });
  }
}

/** A container that runs already is as good as one that we started. */
export async function startContainer(docker: Docker, id: string, signal: AbortSignal): Promise<void> {
  try {
    await docker.getContainer(id).start({ abortSignal: signal });
  } catch (error) {
    if (engineStatus(error) !== 304) throw dockerError(error, { signal, action: 'start the container' });
  }
}

/** Without a signal: half of it there is not. One that others have resumed meanwhile is as good. */
export async function unpauseContainer(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).unpause();
  } catch (error) {
    const failure = dockerError(error, { action: 'resume the container' });
    if (!/not paused/.test(failure.message)) throw failure;
  }
}

/** A removal that somebody else has begun may take as long as its files do. */
const othersRemovalMs = 60_000;

/** Resolves when it is gone, whoever takes it away. Without a signal: a clean-up goes on when the one who asked has left. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.remove({ force: true });
  } catch (error) {
    const failure = dockerError(error, { action: 'remove the container' });
    if (failure.code === 'NOT_FOUND') return;
    if (!/removal of container .* is already in progress/i.test(failure.message)) throw failure;
    await whenRemoved(container);
  }
}

async function whenRemoved(container: Docker.Container): Promise<void> {
  const signal = AbortSignal.timeout(othersRemovalMs);
  try {
    await container.wait({ condition: 'removed', abortSignal: signal });
  } catch (error) {
    const failure = dockerError(error, { signal, action: 'wait until the container is removed' });
    if (failure.code !== 'NOT_FOUND') throw failure;
  }
}

export async function takenNames(docker: Docker, signal: AbortSignal): Promise<Set<string>> {
  try {
    const listed: unknown = await docker.listContainers({ all: true, abortSignal: signal });
    return new Set(
      listAnswer.parse(listed).flatMap(({ Names }) => (Names ?? []).map((name) => name.replace(/^\//, ''))),
    );
  } catch (error) {
    throw dockerError(error, { signal, action: 'list containers' });
  }
}
