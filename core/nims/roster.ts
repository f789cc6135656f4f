import type { Failure } from '../../shared/contract/common.ts';
import type { Nim, NimList, NimStatus } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { Attention } from '../lib/attention.ts';
import { createValue, type Value } from '../lib/value.ts';
import type { JobsService } from '../jobs/service.ts';
import type { LogsService } from '../logs/service.ts';
import type { ContainerFacts } from './container.ts';
import { failureOfStart } from './ended-start.ts';
import type { ReadinessPace } from './readiness.ts';
import { addressOf, type Run, startRun } from './run.ts';
import type { NimRecord } from './record.ts';
import { exitOf, statusBegan, statusOf, type Task } from './status.ts';
import type { StoppedRuns } from './stopped-runs.ts';

export interface Entry {
  facts: ContainerFacts;
  /** Of a container that runs. */
  run: Run | null;
  /** When the newest run began that this entry has heard of. */
  takenRun: string | null;
  firstErrorLine: string | null;
  /** Why the last run ended before it was ready; null: not so, or not known. */
  failure: Failure | null;
  /** Resolves when the log of the last run is complete. */
  logEnded: Promise<void>;
  status: NimStatus | null;
  statusSince: string;
}

/** The containers that are ours, as last seen, and what `nims.watch` shows of them. Asks nobody. */
export interface Roster {
  readonly list: Value<NimList>;
  ids(): string[];
  find(id: string): Entry | undefined;
  /** Throws NOT_FOUND. */
  get(id: string): Entry;
  /** The one place where what the engine says becomes a state. */
  take(facts: ContainerFacts): Entry;
  /** The container is gone. */
  drop(id: string): void;
  /** What is being done to it, also before it is in the list; null: nothing. */
  setTask(id: string, task: Task | null): void;
  taskOf(id: string): Task | null;
  /** Whether the engine can be asked; while it cannot, every status is `unknown`. */
  setKnown(isKnown: boolean): void;
  /** Stops asking, and waits a moment for logs that are being read to their end. */
  close(): Promise<void>;
}

interface RosterParts {
  logs: LogsService;
  jobs: Pick<JobsService, 'forgetFailuresOf'>;
  stopped: StoppedRuns;
  record: NimRecord;
  /** Reads one container again. */
  recheck: (id: string) => Promise<unknown>;
  attention: Attention;
  pace?: ReadinessPace | undefined;
}

const logEndMs = 1_000;
const keptLines = 400;

export function createRoster(
  deps: Pick<CoreDeps, 'now' | 'steady' | 'log'>,
  { logs, jobs, stopped, record, recheck, attention, pace }: RosterParts,
): Roster {
  const instant = () => new Date(deps.now()).toISOString();
  const entries = new Map<string, Entry>();
  const tasks = new Map<string, Task>();
  const list = createValue<NimList>({ isKnown: false, nims: [] });
  let isKnown = false;
  let shown = JSON.stringify(list.get());

  function publish() {
    const nims = [...entries.values()].map(toNim).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    const next = JSON.stringify({ isKnown, nims });
    if (next === shown) return;
    shown = next;
    list.set({ isKnown, nims });
  }

  function toNim(entry: Entry): Nim {
    const { facts, run } = entry;
    const task = tasks.get(facts.id) ?? null;
    const readiness = run?.readiness() ?? 'waiting';
    const status = statusOf({ isKnown, facts, task, readiness, isStopped: stopped.isStopped(facts) });
    if (status !== entry.status) {
      entry.status = status;
      entry.statusSince = sinceWhen(status, facts) ?? instant();
    }
    const { id, name, reference, createdAt, startedAt, gpus, profile } = facts;
    return {
      id,
      name,
      reference,
      status,
      statusSince: entry.statusSince,
      phase: status === 'starting' ? (run?.progress.get().start.phase ?? 'CREATED') : null,
      exit: exitOf(status, facts, entry.firstErrorLine, entry.failure),
      createdAt,
      startedAt,
      address: addressOf(facts),
      gpus,
      models: run?.models() ?? [],
      nimVersion: run?.version() ?? facts.nimVersion,
      profile,
    };
  }

  function sinceWhen(status: NimStatus, facts: ContainerFacts): string | null {
    if (status === 'ready' && facts.startedAt !== null) return record.readySince(facts.id, facts.startedAt);
    return statusBegan(status, facts);
  }

  /** As far as the container itself tells; what was noted already is not noted again. */
  function noteFacts(facts: ContainerFacts) {
    const { id, startedAt, finishedAt } = facts;
    const task = tasks.get(id)?.kind;
    // Of what happened while nobody could see it, nobody can say who did it.
    const by = (own: Task['kind']) => (task === own ? 'nimdeck' : isKnown ? 'other' : null);
    record.note(id, 'created', { kind: 'created', at: facts.createdAt, by: 'nimdeck' });
    if (startedAt === null) return;
    record.note(id, `started ${startedAt}`, { kind: 'started', at: startedAt, by: by('starting'), startedAt });
    if (facts.isRunning || finishedAt === null) return;
    if (facts.isOutOfMemory) record.note(id, `oom ${startedAt}`, { kind: 'out-of-memory', at: finishedAt, startedAt });
    const isStopped = stopped.isStopped(facts);
    record.note(id, `ended ${startedAt}`, {
      kind: isStopped ? 'stopped' : 'ended',
      at: finishedAt,
      by: isStopped ? by('stopping') : null,
      startedAt,
      exitCode: facts.exitCode,
    });
  }

  function take(facts: ContainerFacts): Entry {
    const entry = entries.get(facts.id) ?? newEntry(facts);
    const isNewRun = facts.startedAt !== null && entry.takenRun !== facts.startedAt;
    entry.facts = facts;
    entry.takenRun = facts.startedAt;
    entries.set(facts.id, entry);
    noteFacts(facts);
    if (entry.run !== null && (isNewRun || !facts.isRunning)) {
      entry.run.end('ended');
      entry.run = null;
      if (!isNewRun) finishLog(entry);
    }
    if (isNewRun) beginRun(entry);
    else entry.run?.setPaused(facts.isPaused);
    publish();
    return entry;
  }

  function beginRun(entry: Entry) {
    const { facts } = entry;
    const { startedAt } = facts;
    if (startedAt === null) return;
    entry.firstErrorLine = null;
    entry.failure = null;
    logs.collect({ id: facts.id, startedAt, isTty: facts.isTty });
    // A run that came and went unseen has a log, too.
    if (!facts.isRunning) return finishLog(entry);
    entry.run = startRun({
      facts: { ...facts, startedAt },
      now: deps.now,
      steady: deps.steady,
      onPhase: (phase, at, tookMs) => record.notePhase(facts, startedAt, phase, at, tookMs),
      onHealth: (change, at) => record.noteHealth(facts.id, startedAt, change, at),
      onChange: publish,
      async onDoubt() {
        try {
          await recheck(facts.id);
          return true;
        } catch {
          return false;
        }
      },
      attention,
      pace,
    });
    void rememberPhase(entry.run, facts.id);
  }

  /** How far a start that was seen before is, as the lines kept of it tell: only new lines are heard. */
  async function rememberPhase(run: Run, id: string) {
    try {
      run.takeLines(await logs.tail(id, keptLines));
    } catch (error) {
      warn('nims.log-not-read', id, error);
    }
  }

  function finishLog(entry: Entry) {
    const { facts } = entry;
    const { id, startedAt, finishedAt } = facts;
    const finish = async () => {
      await logs.ended(id, finishedAt);
      const line = await logs.firstErrorLine(id);
      const wasReady = startedAt !== null && record.readySince(id, startedAt) !== null;
      const failure = wasReady ? null : await failureOfStart(logs, facts);
      if (entry.facts.startedAt !== startedAt) return;
      entry.firstErrorLine = line;
      entry.failure = failure;
      publish();
    };
    // The end of a container is true without its log.
    entry.logEnded = finish().catch((error: unknown) => warn('nims.log-not-finished', id, error));
  }

  function warn(event: string, id: string, error: unknown) {
    deps.log.warn(event, { id, message: String(error) });
  }

  function newEntry(facts: ContainerFacts): Entry {
    return {
      facts,
      run: null,
      takenRun: null,
      firstErrorLine: null,
      failure: null,
      logEnded: Promise.resolve(),
      status: null,
      statusSince: instant(),
    };
  }

  return {
    list,
    ids: () => [...entries.keys()],
    find: (id) => entries.get(id),
    get(id) {
      const entry = entries.get(id);
      if (entry !== undefined) return entry;
      throw new AppError('NOT_FOUND', 'There is no such NIM any more.', { nimId: id });
    },
    take,
    drop(id) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entries.delete(id);
      entry.run?.end('removed');
      logs.forget(id).catch((error: unknown) => warn('nims.log-not-removed', id, error));
      void stopped.unmark(id);
      record.forget(id);
      jobs.forgetFailuresOf(id);
      publish();
    },
    setTask(id, task) {
      if (task === null) tasks.delete(id);
      else tasks.set(id, task);
      publish();
    },
    taskOf: (id) => tasks.get(id) ?? null,
    setKnown(next) {
      isKnown = next;
      publish();
    },
    async close() {
      for (const { run } of entries.values()) run?.close();
      const timeUp = Promise.withResolvers<void>();
      const timer = setTimeout(timeUp.resolve, logEndMs);
      await Promise.race([Promise.all(entries.values().map(({ logEnded }) => logEnded)), timeUp.promise]);
      clearTimeout(timer);
    },
  };
}
