import type { EngineEvent } from '../engine/service.ts';
import type { Logger } from '../lib/logger.ts';
import type { Store } from '../store/store.ts';
import type { ContainerFacts } from './container.ts';

/** Which runs ended because somebody asked for it. Kept over restarts of core: the engine does not remember. */
export interface StoppedRuns {
  load(): Promise<void>;
  /** To be called before the engine is asked to stop, so that the answer is right however core ends meanwhile. */
  mark(id: string, startedAt: string): Promise<void>;
  unmark(id: string): Promise<void>;
  /** Hears every event of our containers: a stop or a kill by somebody else is a stop, too. */
  noteEvent(event: EngineEvent): void;
  isStopped(facts: ContainerFacts): boolean;
}

// The signals that ask a program to end; others (HUP, USR1) only speak to it. Docker writes numbers, Podman names.
const endingSignals = /^(?:2|3|9|15|(?:SIG)?(?:INT|QUIT|KILL|TERM))$/;
/** A program that still ran so long after the signal ended for another reason. A stop that waits longer ends with KILL. */
const signalCountsForMs = 60_000;

export function createStoppedRuns(store: Store, log: Logger): StoppedRuns {
  const stopped = new Map<string, string>();
  const signalledAt = new Map<string, number>();

  async function mark(id: string, startedAt: string) {
    if (stopped.get(id) === startedAt) return;
    stopped.set(id, startedAt);
    await write('INSERT OR REPLACE INTO stopped_runs (container_id, started_at) VALUES (?, ?)', [id, startedAt]);
  }

  /** A store that fails must not keep anybody from stopping a container: then only a restart of core forgets it. */
  async function write(sql: string, values: string[]) {
    try {
      await store.run({ sql, values });
    } catch (error) {
      log.error('nims.stop-not-saved', { id: values[0], message: String(error) });
    }
  }

  return {
    async load() {
      for (const row of await store.all('SELECT container_id, started_at FROM stopped_runs')) {
        const id = String(row['container_id']);
        if (!stopped.has(id)) stopped.set(id, String(row['started_at']));
      }
    },
    mark,
    async unmark(id) {
      signalledAt.delete(id);
      if (!stopped.delete(id)) return;
      await write('DELETE FROM stopped_runs WHERE container_id = ?', [id]);
    },
    noteEvent({ action, id, attributes, timeNano }) {
      const isEnding = action === 'stop' || (action === 'kill' && endingSignals.test(attributes['signal'] ?? ''));
      if (isEnding) signalledAt.set(id, Number(timeNano / 1_000_000n));
    },
    isStopped({ id, isRunning, startedAt, finishedAt }) {
      if (startedAt === null || isRunning) return false;
      if (stopped.get(id) === startedAt) return true;
      const at = signalledAt.get(id);
      if (at === undefined || finishedAt === null || at < Date.parse(startedAt)) return false;
      if (Math.abs(Date.parse(finishedAt) - at) > signalCountsForMs) return false;
      void mark(id, startedAt);
      return true;
    },
  };
}
