import { type Job, job as jobSchema } from '../../shared/contract/jobs.ts';
import type { Logger } from '../lib/logger.ts';
import type { Store } from '../store/store.ts';
import { keptEndedJobs } from './job.ts';
import { parseJson } from '../lib/parse-json.ts';

export interface JobHistory {
  /** Newest end first; those without an end were running when core died. */
  load(): Promise<{ unfinished: Job[]; ended: Job[] }>;
  /** Resolves when it is on disk, or could not be. */
  save(job: Job): Promise<void>;
  remove(jobIds: readonly string[]): void;
  /** Resolves when everything asked for so far is on disk, or could not be. */
  settled(): Promise<void>;
}

/**
 * The jobs on disk. A history that cannot be written (full disk) must not fail the job it tells of: the list in memory stays
 * right, and what is lost is said in the log.
 */
export function createJobHistory(store: Store, log: Logger): JobHistory {
  const writes = new Set<Promise<void>>();

  const write = (...statements: Parameters<Store['run']>) => {
    const written = store
      .run(...statements)
      .catch((error: unknown) => log.warn('jobs.history-not-written', { error: String(error) }))
      .finally(() => writes.delete(written));
    writes.add(written);
    return written;
  };

  return {
    async load() {
      const rows = await store.all('SELECT id, job FROM jobs ORDER BY ended_at DESC, rowid DESC');
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
    save(job) {
      const save = {
        sql: `INSERT INTO jobs (id, started_at, ended_at, job) VALUES (?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, job = excluded.job`,
        values: [job.id, job.startedAt, job.endedAt, JSON.stringify(job)],
      };
      const prune = {
        sql: `DELETE FROM jobs WHERE ended_at IS NOT NULL AND id NOT IN (
                SELECT id FROM jobs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, rowid DESC LIMIT ?)`,
        values: [keptEndedJobs],
      };
      return job.endedAt === null ? write(save) : write(save, prune);
    },
    remove(jobIds) {
      void write(...jobIds.map((id) => ({ sql: 'DELETE FROM jobs WHERE id = ?', values: [id] })));
    },
    async settled() {
      await Promise.all(writes);
    },
  };
}
