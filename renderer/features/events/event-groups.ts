import type { NimEvent } from '../../../shared/contract/nims.ts';
import { formatDuration } from '../../../shared/format.ts';
import { words } from '../../words.ts';

export interface RunOfEvents {
  /** Null: what happened before the first run. */
  startedAt: string | null;
  /** Newest first. */
  events: NimEvent[];
}

/** Newest run first. What belongs to no run of its own (a new name) is told with the run that it happened in. */
export function byRun(events: readonly NimEvent[]): RunOfEvents[] {
  const runs: RunOfEvents[] = [{ startedAt: null, events: [] }];
  for (const event of events.toSorted((one, other) => one.at.localeCompare(other.at) || one.id - other.id)) {
    const current = runs.at(-1);
    if (event.startedAt !== null && event.startedAt !== current?.startedAt) {
      const known = runs.find((run) => run.startedAt === event.startedAt);
      if (known === undefined) runs.push({ startedAt: event.startedAt, events: [event] });
      else known.events.push(event);
    } else current?.events.push(event);
  }
  return runs
    .filter((run) => run.events.length > 0)
    .map((run) => ({ ...run, events: run.events.toReversed() }))
    .toReversed();
}

/** What is to be said beside its name: who did it, the code, how long it took or ran. */
export function eventDetail(event: NimEvent, all: readonly NimEvent[]): string {
  const { kind, by, exitCode, text, startedAt, at } = event;
  const sinceStart = startedAt === null ? null : formatDuration((Date.parse(at) - Date.parse(startedAt)) / 1000);
  const wasReady = all.some((other) => other.kind === 'ready' && other.startedAt === startedAt);
  const parts = [
    kind === 'renamed' && text !== null ? words.events.newName(text) : null,
    kind === 'signal' ? text : null,
    (kind === 'ended' || kind === 'stopped') && exitCode !== null ? words.events.code(exitCode) : null,
    (kind === 'ended' || kind === 'stopped') && sinceStart !== null && wasReady ? words.events.ran(sinceStart) : null,
    (kind === 'ready' || kind === 'phase' || ((kind === 'ended' || kind === 'stopped') && !wasReady)) &&
    sinceStart !== null
      ? words.events.after(sinceStart)
      : null,
    by === null ? null : words.events.by[by],
  ];
  return parts.filter((part) => part !== null).join(', ');
}
