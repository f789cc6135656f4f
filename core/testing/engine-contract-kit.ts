import type Docker from 'dockerode';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { demux } from '../engine/demux.ts';
import { dockerError } from '../engine/docker-errors.ts';
import type { EngineEvent } from '../engine/service.ts';
import { pullImage } from '../images/pull.ts';
import { parseReference } from '../images/reference.ts';
import { toLines } from '../lib/lines.ts';

/** An engine that the contract is held against, real or not. */
export interface ContractSubject {
  docker: Docker;
  store: 'overlay2' | 'containerd' | 'podman';
  /** A few MB with a shell. */
  small: string;
  /** A repository that is there, with a tag that is not. */
  missingTag: string;
  /** How it gives GPUs; `ignored`: such requests are passed over. */
  gpus: 'hook' | 'cdi' | 'ignored';
  /** Ids that it knows. */
  gpuIds: readonly string[];
}

export const label = 'io.nimdeck.contract';
export const never: AbortSignal = new AbortController().signal;

/** Removes what a case made, whatever became of it. */
export async function cleanContract({ docker }: ContractSubject): Promise<void> {
  const filters = { label: [label] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) await docker.getVolume(Name).remove();
}

interface Made {
  name?: string;
  script?: string;
  command?: string[];
  tty?: boolean;
  /** Inside the container; without it nothing is published, whatever is asked for. */
  exposed?: number;
  host?: object;
}

export async function make({ docker, small }: ContractSubject, made: Made): Promise<Docker.Container> {
  return await docker.createContainer({
    Image: small,
    Cmd: made.command ?? ['sh', '-c', made.script ?? 'true'],
    Labels: { [label]: '1' },
    Tty: made.tty ?? false,
    HostConfig: made.host ?? {},
    ...(made.exposed === undefined ? {} : { ExposedPorts: { [`${made.exposed}/tcp`]: {} } }),
    ...(made.name === undefined ? {} : { name: made.name }),
  });
}

export async function started(subject: ContractSubject, made: Made): Promise<Docker.Container> {
  const container = await make(subject, made);
  await container.start();
  return container;
}

export async function ended(subject: ContractSubject, made: Made): Promise<Docker.Container> {
  const container = await started(subject, made);
  await container.wait();
  return container;
}

export const forever = 'trap "exit 7" TERM; echo up; while true; do sleep 0.1; done';

/** Follows the log until this line has come: then the script's trap is set. */
export async function untilLine(container: Docker.Container, wanted: string): Promise<void> {
  const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  for await (const lines of toLines(demux(stream, false), 'frame')) {
    if (lines.some(({ text }) => text === wanted)) return;
  }
  throw new Error(`The log ended without “${wanted}”.`);
}

interface Line {
  output: string;
  at: string | null;
  text: string;
}

export async function linesOf(container: Docker.Container, options: object = {}, isTty = false): Promise<Line[]> {
  const stream = await container.logs({
    follow: true as const,
    stdout: true,
    stderr: true,
    timestamps: true,
    ...options,
  });
  const found: Line[] = [];
  for await (const lines of toLines(demux(stream, isTty), isTty ? 'line' : 'frame')) {
    found.push(...lines.map(({ output, at, text }) => ({ output, at, text })));
  }
  return found;
}

/** How a call is refused: the engine's status, and what our own reading of its words makes of it. */
export async function refusal(call: Promise<unknown>, about: object = {}): Promise<{ status: number; code: string }> {
  try {
    await call;
  } catch (error) {
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 0;
    return { status, code: dockerError(error, about).code };
  }
  throw new Error('not refused');
}

export async function pulled(subject: ContractSubject, reference: string): Promise<PullProgress[]> {
  const states: PullProgress[] = [];
  await pullImage({
    docker: subject.docker,
    reference: parseReference(reference),
    isPodman: subject.store === 'podman',
    givesUpEarly: false,
    credential: () => Promise.resolve(null),
    checkKey: () => Promise.resolve('unknown'),
    layerSizes: () => Promise.resolve(null),
    onProgress: (progress) => states.push(progress),
    now: () => performance.now(),
    signal: never,
  });
  return states;
}

export const eventNames = (events: readonly EngineEvent[], id: string) =>
  events.filter((event) => event.id === id).map(({ action }) => action);

export function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
