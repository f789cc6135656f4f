import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Nim, NimList, NimStatus } from '../../shared/contract/nims.ts';
import { errorCatalog } from '../../shared/errors.ts';
import { shellWords as words } from './words.ts';

/** What is worth to be told to somebody who looks elsewhere. */
export interface ShellNotice {
  title: string;
  body: string;
  /** Where in the page it can be seen. */
  route: string;
}

/** Jobs that have ended since the list before. One that was cancelled was so by somebody who knows it. */
export function noticesOfJobs(before: readonly Job[], now: readonly Job[]): ShellNotice[] {
  const ran = new Set(before.filter(({ state }) => state === 'running').map(({ id }) => id));
  return now.filter(({ id }) => ran.has(id)).flatMap(describeEnd);
}

function describeEnd({ kind, state, title, nimId, failure }: Job): ShellNotice[] {
  if (state === 'done') {
    if (kind === 'pull') return [{ title: words.pulled(title), body: '', route: '#/models' }];
    return [{ title: words.isReady(title), body: '', route: routeOf(nimId, 'overview') }];
  }
  if (state !== 'failed') return [];
  const body = failure === null ? '' : errorCatalog[failure.code].title;
  if (kind === 'pull') return [{ title: words.pullFailed(title), body, route: '#/models' }];
  return [{ title: words.startFailed(title), body, route: routeOf(nimId, 'log') }];
}

const wasUp: ReadonlySet<NimStatus> = new Set(['ready', 'not-answering', 'paused']);

/** NIMs that were ready and have ended by themselves since the list before. */
export function noticesOfNims(before: NimList, now: NimList): ShellNotice[] {
  if (!before.isKnown || !now.isKnown) return [];
  const were = new Map(before.nims.map((nim) => [nim.id, nim.status]));
  return now.nims.flatMap(({ id, name, status, exit }) => {
    const was = were.get(id);
    if (status !== 'exited' || exit === null || was === undefined || !wasUp.has(was)) return [];
    return [{ title: words.ended(name), body: words.exitCode(exit.code), route: routeOf(id, 'log') }];
  });
}

/** NIMs whose GPU has gone since the list before. @param nims for their names */
export function noticesOfProofs(
  before: readonly GpuProof[],
  now: readonly GpuProof[],
  nims: readonly Nim[],
): ShellNotice[] {
  const wereLost = new Set(before.filter(({ state }) => state === 'lost').map(({ nimId }) => nimId));
  return now.flatMap(({ nimId, state, failure }) => {
    const nim = nims.find(({ id }) => id === nimId);
    if (state !== 'lost' || wereLost.has(nimId) || nim === undefined) return [];
    const body = failure === null ? '' : errorCatalog[failure.code].title;
    return [{ title: words.lostGpu(nim.name), body, route: routeOf(nimId, 'overview') }];
  });
}

const routeOf = (nimId: string | null, tab: string) => (nimId === null ? '#/running' : `#/running/${nimId}/${tab}`);
