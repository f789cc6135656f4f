import type { Failure } from '../../shared/contract/common.ts';
import type { Nim, NimStatus } from '../../shared/contract/nims.ts';
import type { ContainerFacts } from './container.ts';
import type { Readiness } from './readiness.ts';

/** What we are doing to a container at the moment. */
export type Task = { kind: 'starting'; startedBefore: string | null } | { kind: 'stopping' } | { kind: 'resuming' };

export interface Situation {
  /** False while the engine cannot be asked. */
  isKnown: boolean;
  facts: ContainerFacts;
  task: Task | null;
  readiness: Readiness;
  /** Whether the newest run was stopped on somebody's request. */
  isStopped: boolean;
}

export function statusOf({ isKnown, facts, task, readiness, isStopped }: Situation): NimStatus {
  if (!isKnown) return 'unknown';
  if (facts.isRunning) {
    if (task?.kind === 'stopping') return 'stopping';
    if (facts.isPaused) return 'paused';
    return ({ waiting: 'starting', ready: 'ready', lost: 'not-answering' } as const)[readiness];
  }
  // Between our asking for a start and the engine's doing it: the last run's end is no longer the news.
  if (task?.kind === 'starting' && task.startedBefore === facts.startedAt) return 'starting';
  return facts.startedAt === null || isStopped ? 'stopped' : 'exited';
}

/** When a status that the engine knows the time of began; null for the others: they began when they were noticed. */
export function statusBegan(status: NimStatus, facts: ContainerFacts): string | null {
  if (status === 'exited') return facts.finishedAt;
  if (status === 'stopped') return facts.finishedAt ?? facts.createdAt;
  return status === 'starting' && facts.isRunning ? facts.startedAt : null;
}

export function exitOf(
  status: NimStatus,
  facts: ContainerFacts,
  firstErrorLine: string | null,
  failure: Failure | null = null,
): Nim['exit'] {
  if (status !== 'exited') return null;
  const { exitCode: code, finishedAt: at, isOutOfMemory } = facts;
  return { code, at, isOutOfMemory, firstErrorLine, ...(failure === null ? {} : { failure }) };
}
