import { constants } from 'node:os';
import type { StartPhase } from '../../shared/contract/jobs.ts';
import { type NimEvent, nimEvent, type StartTimes, startTimes } from '../../shared/contract/nims.ts';
import { z } from '../../shared/zod.ts';
import type { EngineEvent } from '../engine/service.ts';
import type { Logger } from '../lib/logger.ts';
import { parseJson } from '../lib/parse-json.ts';
import { createValue, type Value } from '../lib/value.ts';
import type { Row, SqlValue, Store } from '../store/store.ts';
import { durationsOf } from './start-times.ts';

type By = NimEvent['by'];

/** What happened to our containers, kept over restarts of core: the engine forgets it within the hour. */
export interface NimRecord {
  load(): Promise<void>;
  /** Which engine the containers that are noted from now on belong to; null: it has no name. */
  setEngine(engineId: string | null): void;
  /** Once for each key of a container: the same may be told again, by another inspection or after a restart. */
  note(id: string, key: string, event: Pick<NimEvent, 'kind' | 'at'> & Partial<Omit<NimEvent, 'id'>>): void;
  /** What only the engine's events tell: signals, pauses, new names. */
  noteEngineEvent(event: EngineEvent, by: By, startedAt: string | null): void;
  /** A phase of the start that began at `startedAt`; READY ends it. `tookMs`: since then, by a clock that nobody sets. */
  notePhase(
    container: { id: string; reference: string },
    startedAt: string,
    phase: StartPhase,
    at: string,
    tookMs: number,
  ): void;
  /** It answered no more, or again. */
  noteHealth(id: string, startedAt: string, change: 'lost' | 'back', at: string): void;
  /** Since when the run is ready; null when it never was. */
  readySince(id: string, startedAt: string): string | null;
  /** The newest 500 of the container, oldest first. */
  events(id: string): Promise<Value<NimEvent[]>>;
  /** The newest start of this image that became ready; of one container, where it is given. */
  lastStart(reference: string, containerId?: string): Promise<StartTimes | null>;
  /** The container is gone. */
  forget(id: string): void;
  /** Forgets what is no longer among the containers of the engine; what belongs to other engines stays. */
  forgetMissing(ids: ReadonlySet<string>): void;
  /** Resolves when everything that was noted is on disk. */
  settled(): Promise<void>;
}

const eventsKept = 500;
/** Of one image: enough to see how long it takes, too few to fill anything. */
const startsKept = 20;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [String(number), name]));

const storedEvent = nimEvent.omit({ id: true });

export function createRecord(store: Store, log: Logger): NimRecord {
  let engineId: string | null = null;
  const noted = new Set<string>();
  const readySinceOf = new Map<string, string>();
  const shown = new Map<string, Promise<Value<NimEvent[]>>>();
  const writes = new Set<Promise<void>>();
  const keyOfRun = (id: string, startedAt: string) => `${id} ${startedAt}`;

  /** A store that fails costs the history, nothing else. */
  function write(...statements: { sql: string; values: SqlValue[] }[]): Promise<void> {
    const running = store.run(...statements).catch((error: unknown) => {
      log.error('nims.record-not-saved', { message: String(error) });
    });
    writes.add(running);
    void running.then(() => writes.delete(running));
    return running;
  }

  async function read(id: string): Promise<NimEvent[]> {
    const rows = await store.all(
      'SELECT id, event FROM nim_events WHERE container_id = ? ORDER BY at DESC, id DESC LIMIT ?',
      [id, eventsKept],
    );
    return rows.flatMap(toEvent).toReversed();
  }

  async function refresh(id: string) {
    const value = await shown.get(id);
    if (value !== undefined) value.set(await read(id));
  }

  const note: NimRecord['note'] = (id, key, event) => {
    if (noted.has(`${id} ${key}`)) return;
    noted.add(`${id} ${key}`);
    const whole = { by: null, startedAt: null, phase: null, exitCode: null, text: null, ...event };
    const insert = 'INSERT OR IGNORE INTO nim_events (container_id, engine_id, key, at, event) VALUES (?, ?, ?, ?, ?)';
    const prune =
      'DELETE FROM nim_events WHERE container_id = ? AND id <= (SELECT id FROM nim_events WHERE container_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)';
    const saved = write(
      { sql: insert, values: [id, engineId, key, event.at, JSON.stringify(whole)] },
      { sql: prune, values: [id, id, eventsKept] },
    );
    saved
      .then(() => refresh(id))
      .catch((error: unknown) => log.error('nims.record-not-read', { message: String(error) }));
  };

  async function saveStart(
    container: { id: string; reference: string },
    startedAt: string,
    readySince: string,
    tookMs: number,
  ) {
    const readyAt = new Date(Date.parse(startedAt) + tookMs).toISOString();
    const rows = await store.all('SELECT event FROM nim_events WHERE container_id = ? AND key LIKE ? ORDER BY at, id', [
      container.id,
      `phase ${startedAt} %`,
    ]);
    const phases = rows.flatMap(toEvent).flatMap(({ phase, at }) => (phase === null ? [] : [{ phase, at }]));
    const times = durationsOf(startedAt, phases, readyAt);
    await write(
      {
        sql: 'INSERT OR IGNORE INTO nim_starts (container_id, started_at, reference, ready_at, ready_since, phases) VALUES (?, ?, ?, ?, ?, ?)',
        values: [container.id, startedAt, container.reference, readyAt, readySince, JSON.stringify(times.phases)],
      },
      {
        sql: 'DELETE FROM nim_starts WHERE reference = ? AND started_at < (SELECT started_at FROM nim_starts WHERE reference = ? ORDER BY started_at DESC LIMIT 1 OFFSET ?)',
        values: [container.reference, container.reference, startsKept],
      },
    );
  }

  function forget(id: string) {
    for (const key of noted) if (key.startsWith(`${id} `)) noted.delete(key);
    shown.delete(id);
    void write({ sql: 'DELETE FROM nim_events WHERE container_id = ?', values: [id] });
  }

  return {
    async load() {
      for (const row of await store.all('SELECT container_id, started_at, ready_since FROM nim_starts')) {
        const key = keyOfRun(String(row['container_id']), String(row['started_at']));
        readySinceOf.set(key, readySinceOf.get(key) ?? String(row['ready_since']));
      }
    },
    setEngine(next) {
      engineId = next;
    },
    note,
    noteEngineEvent({ action, id, attributes, timeNano }, by, startedAt) {
      const at = new Date(Number(timeNano / 1_000_000n)).toISOString();
      const key = `${action} ${timeNano}`;
      if (action === 'pause') note(id, key, { kind: 'paused', at, by, startedAt });
      else if (action === 'unpause') note(id, key, { kind: 'unpaused', at, by, startedAt });
      else if (action === 'oom') note(id, `oom ${startedAt}`, { kind: 'out-of-memory', at, startedAt });
      else if (action === 'rename') note(id, key, { kind: 'renamed', at, by, text: attributes['name'] ?? null });
      else if (action === 'kill')
        note(id, key, { kind: 'signal', at, by, startedAt, text: signalName(attributes['signal']) });
    },
    notePhase(container, startedAt, phase, at, tookMs) {
      // How it ended is an event of its own; the other two say nothing about how far it is.
      if (phase === 'CREATED' || phase === 'UNKNOWN' || phase === 'EXITED') return;
      if (phase !== 'READY') {
        note(container.id, `phase ${startedAt} ${phase}`, { kind: 'phase', at, startedAt, phase });
        return;
      }
      const key = keyOfRun(container.id, startedAt);
      // Known to have been ready before core began: that is since when it is.
      if (readySinceOf.has(key)) return;
      readySinceOf.set(key, at);
      note(container.id, `ready ${startedAt}`, { kind: 'ready', at, startedAt });
      saveStart(container, startedAt, at, tookMs).catch((error: unknown) =>
        log.error('nims.record-not-saved', { message: String(error) }),
      );
    },
    noteHealth(id, startedAt, change, at) {
      note(id, `health ${change} ${at}`, { kind: change === 'lost' ? 'health-lost' : 'health-back', at, startedAt });
      if (change === 'lost') return;
      readySinceOf.set(keyOfRun(id, startedAt), at);
      const sql = 'UPDATE nim_starts SET ready_since = ? WHERE container_id = ? AND started_at = ?';
      void write({ sql, values: [at, id, startedAt] });
    },
    readySince: (id, startedAt) => readySinceOf.get(keyOfRun(id, startedAt)) ?? null,
    events(id) {
      let value = shown.get(id);
      if (value === undefined) {
        value = read(id).then(createValue<NimEvent[]>);
        shown.set(id, value);
        // Asked again it may go well.
        value.catch(() => shown.delete(id));
      }
      return value;
    },
    async lastStart(reference, containerId) {
      const [where, values] =
        containerId === undefined
          ? ['reference = ?', [reference]]
          : ['reference = ? AND container_id = ?', [reference, containerId]];
      const sql = `SELECT started_at, ready_at, phases FROM nim_starts WHERE ${where} ORDER BY started_at DESC LIMIT 1`;
      const [row] = await store.all(sql, values);
      if (row === undefined) return null;
      const startedAt = String(row['started_at']);
      const totalMs = Date.parse(String(row['ready_at'])) - Date.parse(startedAt);
      const times = startTimes.safeParse({ startedAt, totalMs, phases: parseJson(String(row['phases'])) });
      return times.success ? times.data : null;
    },
    forget,
    forgetMissing(ids) {
      if (engineId === null) return;
      const others = [...ids];
      const places = others.map(() => '?').join(', ');
      const sql = `DELETE FROM nim_events WHERE engine_id = ? AND container_id NOT IN (${places})`;
      void write({ sql, values: [engineId, ...others] });
    },
    async settled() {
      await Promise.all(writes);
    },
  };
}

const rowOfEvent = z.object({ id: z.number().int().optional(), event: z.string() });

function toEvent(row: Row): NimEvent[] {
  const { id = 0, event } = rowOfEvent.parse(row);
  const parsed = storedEvent.safeParse(parseJson(event));
  // Written by a newer Nimdeck, say: what cannot be read is left out.
  return parsed.success ? [{ id, ...parsed.data }] : [];
}

function signalName(signal: string | undefined): string | null {
  if (signal === undefined) return null;
  const name = signalNames.get(signal) ?? signal;
  return name.startsWith('SIG') ? name : `SIG${name}`;
}
