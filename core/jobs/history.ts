import { type Job, job as jobSchema } from '../../shared/contract/jobs.ts';
import type { Logger } from '../lib/logger.ts';
import type { Statement, Store } from '../store/store.ts';
import { keptEndedJobs } from './job.ts';
import { parseJson } from '../lib/parse-json.ts';

export interface JobHistory {
  /** Newest end first; those without an end were running when core died. */
  load(): Promise<{ unfinished: Job[]; ended: Job[] }>;
  /** Resolves when it is on disk, or was tried. */
  save(job: Job): Promise<void>;
  remove(jobIds: readonly string[]): void;
  /** Resolves when everything asked for so far is on disk, or was tried; nothing is tried again after it. */
  settled(): Promise<void>;
}

/** After a write that failed: a disk is full for seconds, or until somebody makes room. */
const againMs = 1_000;

/** @param endedAt by which ended jobs are told apart: the newest, and those that are dropped */
const upsert = (job: Job, endedAt: string | null): Statement => ({
  sql: `INSERT INTO jobs (id, started_at, ended_at, job) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, job = excluded.job`,
  values: [job.id, job.startedAt, endedAt, JSON.stringify(job)],
});

const prune: Statement = {
  sql: `DELETE FROM jobs WHERE ended_at IS NOT NULL AND id NOT IN (
          SELECT id FROM jobs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, rowid DESC LIMIT ?)`,
  values: [keptEndedJobs],
};

const erase = (id: string): Statement => ({ sql: 'DELETE FROM jobs WHERE id = ?', values: [id] });

/**
 * The jobs on disk. A history that cannot be written (full disk) must not fail the job it tells of: the list in memory stays
 * right, and what the disk did not take is written with the next change or a second later, until it does.
 */
export function createJobHistory(store: Store, log: Logger): JobHistory {
  const writes = new Set<Promise<void>>();
  /** What was asked for last and is not on disk yet; null: it should not be there. */
  const wanted = new Map<string, Job | null>();
  /** Of those, what no write is under way for. */
  const due = new Set<string>();
  let newestEnd = '';
  let timer: NodeJS.Timeout | null = null;

  /** Where the clock was set back, what ends is not the oldest for it. */
  function inOrder({ endedAt }: Job): string | null {
    if (endedAt !== null && endedAt > newestEnd) newestEnd = endedAt;
    return endedAt === null ? null : newestEnd;
  }

  function write(changes: readonly (readonly [id: string, job: Job | null])[]): Promise<void> {
    for (const [id, job] of changes) {
      wanted.set(id, job);
      due.add(id);
    }
    const tried = [...due].map((id) => [id, wanted.get(id) ?? null] as const);
    due.clear();
    const statements = tried.map(([id, job]) => (job === null ? erase(id) : upsert(job, inOrder(job))));
    const hasEnded = tried.some(([, job]) => job !== null && job.endedAt !== null);
    const isLast = ([id, job]: (typeof tried)[number]) => wanted.get(id) === job;
    const written = store
      .run(...statements, ...(hasEnded ? [prune] : []))
      .then(
        () => tried.filter(isLast).forEach(([id]) => wanted.delete(id)),
        (error: unknown) => {
          log.warn('jobs.history-not-written', { error: String(error) });
          tried.filter(isLast).forEach(([id]) => due.add(id));
          tryAgain();
        },
      )
      .finally(() => writes.delete(written));
    writes.add(written);
    return written;
  }

  function tryAgain(): void {
    timer ??= setTimeout(() => {
      timer = null;
      if (due.size > 0) void write([]);
    }, againMs).unref();
  }

  return {
    async load() {
      const rows = await store.all('SELECT id, ended_at, job FROM jobs ORDER BY ended_at DESC, rowid DESC');
      newestEnd = String(rows[0]?.['ended_at'] ?? '');
      const jobs = rows.flatMap((row) => {
        const parsed = jobSchema.safeParse(parseJson(String(row['job'])));
        if (parsed.success) return [parsed.data];
        log.warn('jobs.history-unreadable', { jobId: String(row['id']) });
        return [];
      });
      return {
        unfinished: jobs.filter((job) => job.state === 'running'),
        ended: jobs.filter((job) => job.state !== 'running').slice(0, keptEndedJobs),
      };
    },
    save: (job) => write([[job.id, job]]),
    remove(jobIds) {
      if (jobIds.length > 0) void write(jobIds.map((id) => [id, null]));
    },
    async settled() {
      await Promise.all(writes);
      if (due.size > 0) await write([]);
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
