import type { StartPhase } from '../../../shared/contract/jobs.ts';
import type { Nim, NimEvent, StartTimes } from '../../../shared/contract/nims.ts';

export interface StartStep {
  phase: StartPhase;
  state: 'done' | 'now' | 'todo' | 'failed';
  /** When it was reached; null for one to come. */
  at: string | null;
  /** How long it took; null while it lasts, and for one to come. */
  ms: number | null;
  /** How long it took in the last start of this image; null when that had none. */
  lastMs: number | null;
}

/**
 * The way of the newest start: what was reached and when, what it does now, and what the last start did after that.
 * @param measured of this start, once it is known: whoever set the clock meanwhile has moved the events
 */
export function startSteps(
  nim: Nim,
  events: readonly NimEvent[],
  last: StartTimes | null,
  measured: StartTimes | null = null,
): StartStep[] {
  const { startedAt } = nim;
  if (startedAt === null) return [];
  const own = events.filter((event) => event.startedAt === startedAt);
  const reached = [
    { phase: 'CREATED' as StartPhase, at: startedAt },
    ...own.flatMap(({ phase, at }) => (phase === null ? [] : [{ phase, at }])),
  ];
  const readyAt = own.find(({ kind }) => kind === 'ready')?.at ?? null;
  const endedAt = readyAt ?? own.find(({ kind }) => kind === 'ended' || kind === 'stopped')?.at ?? null;
  const msIn = (times: StartTimes | null, wanted: StartPhase) =>
    times?.phases.find(({ phase }) => phase === wanted)?.ms ?? null;
  const steps = reached.map(({ phase, at }, index): StartStep => {
    const next = reached[index + 1]?.at ?? endedAt;
    const isLast = index === reached.length - 1;
    const state = !isLast || readyAt !== null ? 'done' : endedAt === null ? 'now' : 'failed';
    return {
      phase,
      state,
      at,
      ms: msIn(measured, phase) ?? (next === null ? null : Math.max(0, Date.parse(next) - Date.parse(at))),
      lastMs: msIn(last, phase),
    };
  });
  if (endedAt !== null) return steps;
  const seen = new Set(reached.map(({ phase }) => phase));
  const toCome = (last?.phases ?? []).filter(({ phase }) => !seen.has(phase));
  return [
    ...steps,
    ...toCome.map(({ phase, ms }): StartStep => ({ phase, state: 'todo', at: null, ms: null, lastMs: ms })),
  ];
}

/** How long the newest start took until it was ready; null while it is not. */
export function startDurationMs(
  nim: Nim,
  events: readonly NimEvent[],
  measured: StartTimes | null = null,
): number | null {
  const { startedAt } = nim;
  const readyAt = events.find((event) => event.kind === 'ready' && event.startedAt === startedAt)?.at;
  if (readyAt === undefined || startedAt === null) return null;
  return measured?.totalMs ?? Math.max(0, Date.parse(readyAt) - Date.parse(startedAt));
}
