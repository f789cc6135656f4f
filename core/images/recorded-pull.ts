import type { PullProgress } from '../../shared/contract/jobs.ts';
import type { Failure } from '../../shared/contract/common.ts';
import { z } from '../../shared/zod.ts';
import { dockerError } from '../engine/docker-errors.ts';
import { cutErrorText, toPullLine } from '../engine/ndjson.ts';
import { findJson } from './find-json.ts';
import { beginPull, endPull, reducePull, stallAfterMs, toProgress } from './pull-progress.ts';

/** The last line of `pull --from FILE --json`. */
export interface RecordedEnd {
  outcome: 'done' | 'failed' | 'cancelled' | 'incomplete';
  /** `message` holds the engine's own text. */
  error: Pick<Failure, 'code' | 'message'> | null;
  bytesDone: number;
  bytesTotal: number | null;
  layers: PullProgress['layers'];
}

// A recorder's envelope: `t` = ms since the call, `exception` = the call failed before any stream, `client` = what our
// side did; or a case of several, with its lines as texts.
const envelope = z.looseObject({
  t: z.number().min(0).nullish().catch(null),
  exception: z.unknown().optional(),
  client: z.unknown().optional(),
  stream: z.unknown().optional(),
});

/**
 * What an engine's pull stream tells, read from a file's text: every changed state in order, not thinned, then the end.
 * The text may be JSON lines, arrays, pretty-printed or cut off, with anything around it. Recorded times are believed,
 * not waited for; without them there is no rate and no stall.
 */
export function* readRecordedPull(text: string): Generator<PullProgress | RecordedEnd, void, undefined> {
  let state = beginPull(0);
  let error: RecordedEnd['error'] = null;
  let shown = '';

  function* changed(nowMs: number): Generator<PullProgress, void, undefined> {
    const progress = toProgress(state, nowMs);
    const spelled = JSON.stringify(progress);
    if (spelled === shown) return;
    shown = spelled;
    yield progress;
  }

  for (const event of toEvents(text)) {
    const atMs = event.atMs ?? state.atMs;
    // The moment the stall would have been seen lies between two lines.
    if (atMs > state.activeAtMs + stallAfterMs) yield* changed(Math.max(state.activeAtMs + stallAfterMs, state.atMs));
    if (event.failure !== undefined && state.outcome !== 'failed' && state.outcome !== 'cancelled') {
      const { code, message } = dockerError(event.failure);
      error = code === 'CANCELLED' ? null : { code, message };
      state = endPull(state, code === 'CANCELLED' ? 'cancelled' : 'failed', atMs);
    } else if (event.isCancel) {
      state = endPull(state, 'cancelled', atMs);
    } else if (event.value !== undefined) {
      const line = toPullLine(event.value);
      if (line !== null && line.error === null) state = reducePull(state, line, atMs);
    }
    yield* changed(state.atMs);
  }

  state = endPull(state, 'ended', state.atMs);
  yield* changed(state.atMs);
  const { bytesDone, bytesTotal, layers } = toProgress(state, state.atMs);
  yield { outcome: state.outcome === 'running' ? 'incomplete' : state.outcome, error, bytesDone, bytesTotal, layers };
}

interface RecordedEvent {
  atMs: number | null;
  /** A value of the engine's stream. */
  value?: unknown;
  failure?: unknown;
  isCancel: boolean;
}

function* toEvents(text: string): Generator<RecordedEvent, void, undefined> {
  for (const found of findJson(text)) {
    if ('cut' in found) {
      const message = cutErrorText(found.cut);
      if (message !== null) yield { atMs: null, failure: { message }, isCancel: false };
    } else {
      yield* toEventsOf(found.value);
    }
  }
}

function* toEventsOf(value: unknown): Generator<RecordedEvent, void, undefined> {
  if (Array.isArray(value)) {
    for (const item of value) yield* typeof item === 'string' ? toEvents(item) : toEventsOf(item);
    return;
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return;
  const { t, exception, client, stream } = parsed.data;
  const atMs = t ?? null;
  if (Array.isArray(stream)) {
    yield* toEventsOf(stream);
  } else if (exception !== undefined && exception !== null) {
    yield { atMs, failure: exception, isCancel: false };
  } else if (client !== undefined && client !== null) {
    yield { atMs, isCancel: /destroy|abort|cancel|close|stop|kill/i.test(JSON.stringify(client)) };
  } else {
    const line = toPullLine(value);
    const failure = line?.error ?? null;
    if (failure === null) yield { atMs, value, isCancel: false };
    else yield { atMs, failure: { message: failure, statusCode: line?.errorStatus }, isCancel: false };
  }
}
