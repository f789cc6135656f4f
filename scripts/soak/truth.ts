import { managedFilter } from '../../core/nims/labels.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { NimStatus } from '../../shared/contract/nims.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import type { FireWorld } from './fire-world.ts';
import { becomes } from './report.ts';
import type { Strike } from './strikes.ts';

/** Core takes away what was made and never started when it is a minute old. */
const leftoverMs = 75_000;
const truthMs = 20_000;

const statusesOf: Record<'running' | 'ended' | 'never started', readonly NimStatus[]> = {
  running: ['starting', 'ready', 'not-answering', 'paused'],
  ended: ['exited', 'stopped'],
  'never started': ['starting', 'exited', 'stopped'],
};

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('nothing is said');
}

/** What the engine has of ours, beside core. */
export async function managedContainers({ docker }: Pick<FireWorld, 'docker'>) {
  const listed = await docker.listContainers({ all: true, filters: managedFilter });
  return listed.map(({ Id, State, Created, Names }) => ({
    id: Id,
    name: Names[0]?.replace(/^\//, '') ?? Id,
    madeAt: Created * 1000,
    state:
      State === 'running'
        ? ('running' as const)
        : State === 'created'
          ? ('never started' as const)
          : ('ended' as const),
  }));
}

/** The list of NIMs says what the engine says, and no half-made container stays. */
export async function judgeContainers(world: FireWorld, api: Api, unwanted: readonly string[]): Promise<string[]> {
  let wrong: string[] = [];
  await becomes(truthMs, async () => {
    const [containers, list] = await Promise.all([managedContainers(world), first(api.nims.watch({}))]);
    wrong = list.isKnown ? [] : ['the list of NIMs is not known'];
    for (const { id, name, state, madeAt } of containers) {
      const nim = list.nims.find((each) => each.id === id);
      const isYoung = state === 'never started' && Date.now() - madeAt < leftoverMs;
      if (nim === undefined && !isYoung) wrong.push(`${name} is not in the list (${state})`);
      if (nim !== undefined && !statusesOf[state].includes(nim.status))
        wrong.push(`${name} is ${state} and shown as ${nim.status}`);
      if (state === 'never started' && !isYoung) wrong.push(`${name} was left half-made`);
      if (unwanted.includes(id)) wrong.push(`${name} was cancelled and is there (${state})`);
    }
    for (const { id, name, status } of list.nims) {
      if (!containers.some((each) => each.id === id)) wrong.push(`${name} is gone and shown as ${status}`);
    }
    return wrong.length === 0;
  });
  return wrong;
}

/** The list of images has this one exactly where the engine has it; whether it has. */
export async function judgeImage(
  world: FireWorld,
  api: Api,
  reference: string,
): Promise<{ isThere: boolean; wrong: string[] }> {
  let answer = { isThere: false, wrong: [''] };
  await becomes(truthMs, async () => {
    const isThere = await world.docker
      .getImage(reference)
      .inspect()
      .then(
        () => true,
        () => false,
      );
    const shown = await first(api.images.watch({}));
    const isShown = shown?.some(({ references }) => references.includes(reference)) ?? null;
    answer = { isThere, wrong: isShown === isThere ? [] : [`the image is there: ${isThere}, shown: ${isShown}`] };
    return answer.wrong.length === 0;
  });
  return answer;
}

/** Who may end a job without being asked to. */
const mayFail: Record<Job['kind'], readonly Strike[]> = {
  pull: ['engine killed', 'engine stopped', 'registry cut', 'registry gone', 'registry answers 503', 'socket gone'],
  deploy: ['engine killed', 'engine stopped', 'container killed', 'container removed', 'socket gone', 'disk full'],
  start: ['engine killed', 'engine stopped', 'container killed', 'container removed', 'socket gone', 'disk full'],
};

/** An ended job, against what happened to it. */
export function judgeEnd(job: Job, about: { strikes: readonly Strike[]; isCancelled: boolean }): string[] {
  const { kind, state, failure } = job;
  const { strikes, isCancelled } = about;
  if (state === 'running') return [`the ${kind} still runs`];
  const wrong: string[] = [];
  // Another program of this machine may have it by now: a port is chosen once for all runs of a container.
  if (kind === 'start' && failure?.code === 'PORT_IN_USE') return wrong;
  if (state === 'failed' && (failure === null || failure.code === 'INTERNAL' || !(failure.code in errorCatalog)))
    wrong.push(`the ${kind} failed without a name: ${failure?.code} ${failure?.message}`);
  if (state === 'failed' && !strikes.some((each) => mayFail[kind].includes(each)))
    wrong.push(`the ${kind} failed for no reason: ${failure?.code} ${failure?.message}`);
  const isTakenAway = kind !== 'pull' && strikes.some((each) => /^container|^engine/.test(each));
  if (state === 'cancelled' && !isCancelled && !isTakenAway) wrong.push(`the ${kind} was cancelled by nobody`);
  if (state === 'interrupted' && !strikes.includes('core killed')) wrong.push(`the ${kind} was interrupted by nobody`);
  return wrong;
}
