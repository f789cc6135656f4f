import { setTimeout as delay } from 'node:timers/promises';
import type { EngineState } from '../../shared/contract/engine.ts';
import { cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { dockerError } from '../engine/docker-errors.ts';
import type { EngineEvent, EngineService } from '../engine/service.ts';
import { createValue, type Value } from '../lib/value.ts';
import type { LogsService } from '../logs/service.ts';
import { inspectContainer } from './container.ts';
import { removeContainer } from './create-container.ts';
import { readEngineId } from './engine-id.ts';
import { label, managedFilter } from './labels.ts';
import type { NimRecord } from './record.ts';
import type { Entry, Roster } from './roster.ts';
import type { StoppedRuns } from './stopped-runs.ts';

export interface EngineFollower {
  /** Reads this container again; what it answers is from after the call. Undefined when it is gone. */
  refresh(id: string): Promise<Entry | undefined>;
  /** True once the list is known or the engine is known to be away. */
  readonly isSettled: Value<boolean>;
  settled(signal: AbortSignal | undefined): Promise<void>;
  close(): Promise<void>;
}

interface FollowParts {
  engine: EngineService;
  roster: Roster;
  stopped: StoppedRuns;
  record: NimRecord;
  logs: Pick<LogsService, 'setEngine' | 'forgetMissing'>;
}

/** A NIM that is ready says so within milliseconds: the very first list waits so long, so that it is right at once. */
const firstAnswersMs = 500;
const listAgainMs = 2_000;
/** Between creation and start lie milliseconds; on an engine that is busy with a large image, seconds. */
const leftoverAfterMs = 60_000;

/** Keeps the roster as the engine has it: everything after a (re)connect, the one container after an event. */
export function followEngine(deps: Pick<CoreDeps, 'log' | 'now'>, parts: FollowParts): EngineFollower {
  const { engine, roster, stopped, record, logs } = parts;
  const isSettled = createValue(false);
  const inspections = new Map<
    string,
    { current: Promise<Entry | undefined>; next: Promise<Entry | undefined> | null }
  >();
  /** Those that are about to be read again. */
  const unread = new Set<string>();
  /** Aborted when the engine is lost and when core closes. */
  let connection = new AbortController();
  connection.abort(cancelled());
  let syncing: Promise<void> = Promise.resolve();
  const loaded = Promise.all([stopped.load(), record.load()]).catch((error: unknown) => {
    // Without them a stop before the last start of core looks like an end by itself; everything else is right.
    deps.log.error('nims.record-not-loaded', { message: String(error) });
  });

  function onState({ status }: EngineState) {
    connection.abort(cancelled());
    if (status === 'connecting') return;
    if (status === 'unreachable') {
      roster.setKnown(false);
      isSettled.set(true);
      return;
    }
    connection = new AbortController();
    syncing = sync(connection.signal);
  }

  async function sync(signal: AbortSignal) {
    await loaded;
    while (!signal.aborted) {
      try {
        await readAll(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        deps.log.warn('nims.list-failed', { message: String(error) });
        await delay(listAgainMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  async function readAll(signal: AbortSignal) {
    const engineId = await readEngineId(engine.docker(), signal);
    record.setEngine(engineId);
    logs.setEngine(engineId);
    const known = roster.ids();
    const containers = await engine
      .docker()
      .listContainers({ all: true, filters: managedFilter, abortSignal: signal })
      .catch((error: unknown) => {
        throw dockerError(error, { signal, action: 'list containers' });
      });
    await Promise.all(new Set([...known, ...containers.map(({ Id }) => Id)]).values().map(refresh));
    if (signal.aborted) return;
    roster.setKnown(true);
    // What was removed while nobody looked.
    const present = new Set(roster.ids());
    record.forgetMissing(present);
    logs.forgetMissing(present);
    for (const id of present) takeAwayLeftover(id, signal);
    if (isSettled.get()) return;
    const answers = roster.ids().map(async (id) => roster.find(id)?.run?.firstAnswer);
    await Promise.race([Promise.all(answers), delay(firstAnswersMs, undefined, { signal, ref: false })]);
    if (!signal.aborted) isSettled.set(true);
  }

  /**
   * A core that was killed between a container's creation and its start leaves one that never ran, and is of no use to
   * anybody. One that is younger may be on its way, by another core on this engine: it is looked at again.
   */
  function takeAwayLeftover(id: string, signal: AbortSignal) {
    const facts = roster.find(id)?.facts;
    if (facts === undefined || facts.startedAt !== null || roster.taskOf(id) !== null) return;
    // By whichever clock was set it is not waited for longer.
    const ageMs = Math.max(0, deps.now() - Date.parse(facts.createdAt));
    const waitMs = Math.max(0, leftoverAfterMs - ageMs);
    const remove = async () => {
      await delay(waitMs, undefined, { signal, ref: false });
      const now = await refresh(id);
      if (now === undefined || now.facts.startedAt !== null || roster.taskOf(id) !== null) return;
      deps.log.warn('nims.leftover-removed', { id, name: now.facts.name });
      await removeContainer(engine.docker(), id);
      roster.drop(id);
    };
    remove().catch((error: unknown) => {
      if (!signal.aborted) deps.log.warn('nims.leftover-not-removed', { id, message: String(error) });
    });
  }

  async function inspect(id: string): Promise<Entry | undefined> {
    const { signal } = connection;
    const facts = await inspectContainer(engine.docker(), id, signal);
    if (signal.aborted) throw cancelled();
    if (facts?.isManaged === true) return roster.take(facts);
    roster.drop(id);
    return undefined;
  }

  /** Any number of signs of a change during one inspection lead to one more, not to as many. */
  function refresh(id: string): Promise<Entry | undefined> {
    const running = inspections.get(id);
    if (running !== undefined) {
      running.next ??= running.current.catch(() => undefined).then(() => refresh(id));
      return running.next;
    }
    const current = inspect(id).finally(() => inspections.delete(id));
    inspections.set(id, { current, next: null });
    return current;
  }

  function onEvent(event: EngineEvent) {
    // One that was only created is nobody's news: whoever creates it reads it, and it is listed when it starts.
    if (event.type !== 'container' || event.action === 'create') return;
    if (roster.find(event.id) === undefined && event.attributes[label.managed] !== 'true') return;
    stopped.noteEvent(event);
    const entry = roster.find(event.id);
    const task = roster.taskOf(event.id)?.kind;
    const by = task === 'stopping' || task === 'resuming' ? 'nimdeck' : 'other';
    if (entry !== undefined) record.noteEngineEvent(event, by, entry.facts.startedAt);
    void refreshUntilRead(event.id);
  }

  /**
   * A lost engine is read whole when it is back. One whose socket is away for a moment stays connected, and nothing else
   * would say that this container is not as it was.
   */
  async function refreshUntilRead(id: string) {
    const { signal } = connection;
    for (let isRead = false; !isRead && !signal.aborted;) {
      try {
        await refresh(id);
        isRead = true;
      } catch (error) {
        if (unread.has(id) || signal.aborted) return;
        deps.log.warn('nims.inspect-failed', { id, message: String(error) });
        unread.add(id);
        await delay(listAgainMs, undefined, { signal, ref: false }).catch(() => {});
        unread.delete(id);
      }
    }
  }

  const stopListening = [engine.onChange(onState), engine.onEvent(onEvent)];
  onState(engine.state());

  return {
    refresh,
    isSettled,
    async settled(signal) {
      for await (const settled of isSettled.watch(signal)) if (settled) return;
      throw cancelled();
    },
    async close() {
      for (const stop of stopListening) stop();
      connection.abort(cancelled());
      await syncing;
      await Promise.allSettled(inspections.values().map(({ current }) => current));
      await loaded;
    },
  };
}
