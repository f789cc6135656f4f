import type { StartPhase } from '../../shared/contract/jobs.ts';
import type { StartTimes } from '../../shared/contract/nims.ts';

/** How long each phase of a start took, from the times at which they were reached. */
export function durationsOf(
  startedAt: string,
  reached: readonly { phase: StartPhase; at: string }[],
  readyAt: string,
): StartTimes {
  const steps = [
    { phase: 'CREATED' as StartPhase, at: startedAt },
    ...reached.filter(({ phase }) => phase !== 'CREATED'),
  ];
  const totalMs = between(startedAt, readyAt);
  const ends = [...steps.slice(1).map(({ at }) => at), readyAt];
  return {
    startedAt,
    totalMs,
    phases: steps.map(({ phase, at }, index) => ({
      phase,
      ms: Math.min(totalMs, between(at, ends[index] ?? readyAt)),
    })),
  };
}

/** A line can be stamped before the engine notes the start, and the clock set between two lines. */
function between(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
