import { expect, test } from 'vitest';
import { openStore } from '../store/open-store.ts';
import { createTestDeps } from '../testing/deps.ts';
import { beginJob, keptEndedJobs } from './job.ts';
import { createJobsService } from './service.ts';

const about = (title: string) => ({ kind: 'pull' as const, title, reference: title, nimId: null });

test(
  'a table full of jobs that a crash cut off is opened, told as interrupted, and pruned',
  { timeout: 30_000 },
  async () => {
    using deps = createTestDeps();
    const count = 3_000;
    const store = await openStore(deps);
    const rows = Array.from({ length: count }, (_, n) =>
      beginJob(about(`model ${n}`), `job-${n}`, '2026-01-01T00:00:00.000Z'),
    );
    await store.run(
      ...rows.map((job) => ({
        sql: 'INSERT INTO jobs (id, started_at, ended_at, job) VALUES (?, ?, NULL, ?)',
        values: [job.id, job.startedAt, JSON.stringify(job)],
      })),
      { sql: `INSERT INTO jobs (id, started_at, ended_at, job) VALUES ('odd', 'x', NULL, '{"state":"runn')` },
    );

    const jobs = await createJobsService(deps, store);
    const listed = jobs.list();
    expect(listed).toHaveLength(keptEndedJobs);
    expect(new Set(listed.map(({ state }) => state))).toEqual(new Set(['interrupted']));
    expect(listed[0]?.id).toBe(`job-${count - 1}`);
    // It works on at once.
    const job = jobs.start(about('new'), async () => {});
    expect((await jobs.whenEnded(job.id)).state).toBe('done');
    await jobs.close();

    const kept = await store.all(`SELECT count(*) AS n FROM jobs WHERE ended_at IS NOT NULL`);
    expect(kept).toEqual([{ n: keptEndedJobs }]);
    const again = await createJobsService(deps, store);
    expect(again.list().map(({ id }) => id)).toEqual([job.id, ...listed.slice(0, -1).map(({ id }) => id)]);
    await again.close();
    await store.close();
  },
);
