import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Job } from '../../shared/contract/jobs.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { LogFields } from '../lib/logger.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { keptEndedJobs } from './job.ts';
import { createJobsService, type JobHandle } from './service.ts';

const about = (title: string): Pick<Job, 'kind' | 'title' | 'reference' | 'nimId'> => ({
  kind: 'pull',
  title,
  reference: title,
  nimId: null,
});

test('what ends after the clock was set back is still the newest, and is not dropped as the oldest', async () => {
  let clock = Date.UTC(2026, 0, 1, 12);
  using deps = createTestDeps({ now: () => clock });
  const store = await openStore(deps);
  const before = await createJobsService(deps, store);
  for (let number = 0; number < keptEndedJobs; number += 1)
    await before.whenEnded(before.start(about(`old-${number}`), async () => {}).id);
  clock -= 3 * 3_600_000;
  const job = before.start(about('new'), async () => {});
  await before.whenEnded(job.id);
  await before.close();
  const after = await createJobsService(deps, store);
  const listed = after.list();
  expect([listed.length, listed[0]?.title, listed[1]?.title]).toEqual([
    keptEndedJobs,
    'new',
    `old-${keptEndedJobs - 1}`,
  ]);
  await after.close();
  await store.close();
});

/** Work that a test ends by hand; heeds its signal like everything in core. */
function controlledWork() {
  const end = Promise.withResolvers<void>();
  let handle: JobHandle | null = null;
  return {
    end,
    handle: () => {
      if (handle === null) throw new Error('The work has not begun.');
      return handle;
    },
    work: async (given: JobHandle) => {
      handle = given;
      given.signal.addEventListener('abort', () => end.reject(given.signal.reason));
      await end.promise;
    },
  };
}

async function open(deps: TestDeps, limits = { cancelMs: 2000, closeMs: 2000 }) {
  const store = await openStore(deps);
  const jobs = await createJobsService(deps, store, limits);
  return { store, jobs };
}

async function closeAll({ jobs, store }: Awaited<ReturnType<typeof open>>) {
  await jobs.close();
  await store.close();
}

test('work begins at once and its reports are seen by every watcher, the newest only', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const { work, handle, end } = controlledWork();
  const watching = new AbortController();
  const states = core.jobs.api.watch({}, { signal: watching.signal })[Symbol.asyncIterator]();
  expect((await states.next()).value).toEqual([]);

  const job = core.jobs.start(about('a'), work);
  expect(handle().id).toBe(job.id);
  for (let n = 0; n < 100; n += 1) handle().report({ title: `a, ${n}` });
  expect((await states.next()).value).toMatchObject([{ id: job.id, title: 'a, 99', state: 'running' }]);

  end.resolve();
  expect(await core.jobs.whenEnded(job.id)).toMatchObject({ state: 'done', failure: null });
  expect((await states.next()).value).toMatchObject([{ id: job.id, state: 'done' }]);
  watching.abort();
  expect((await states.next()).done).toBe(true);
  await closeAll(core);
});

test('an AppError of the work is the failure of the job', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const job = core.jobs.start(about('a'), async () => {
    throw new AppError('DISK_FULL', 'No room for the layer.', { layer: 'abc' });
  });
  expect(await core.jobs.whenEnded(job.id)).toMatchObject({
    state: 'failed',
    failure: { code: 'DISK_FULL', message: 'No room for the layer.', detail: { layer: 'abc' } },
  });
  await closeAll(core);
});

test('an unforeseen error gives its details to the log and only a number to the user', async () => {
  const logged: LogFields[] = [];
  const log = { info() {}, warn() {}, error: (_event: string, fields?: LogFields) => logged.push(fields ?? {}) };
  using deps = createTestDeps({ log: { ...log, error: (...line) => void log.error(...line) } });
  const core = await open(deps);
  const job = core.jobs.start(about('a'), async () => {
    throw new TypeError('secret detail');
  });
  const { failure } = await core.jobs.whenEnded(job.id);
  expect(failure?.code).toBe('INTERNAL');
  expect(JSON.stringify(failure)).not.toContain('secret detail');
  expect(logged).toMatchObject([{ id: failure?.detail?.['id'], error: expect.stringContaining('secret detail') }]);
  await closeAll(core);
});

test('what went wrong is forgotten when the same is tried again, or its container is gone; what was done is not', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const fails = () => Promise.reject(new AppError('DISK_FULL', ''));
  const [mine, other] = ['a'.repeat(64), 'b'.repeat(64)];
  const start = { kind: 'start', title: 'mine', reference: 'a', nimId: mine } as const;
  const run = async (which: ReturnType<typeof about>, work: () => Promise<void>) =>
    await core.jobs.whenEnded(core.jobs.start(which, work).id);
  const left = () => core.jobs.list().map(({ kind, title, state }) => `${kind} ${title}: ${state}`);

  await run(about('a'), async () => {});
  const deploy = { ...start, kind: 'deploy' } as const;
  for (const each of [about('a'), about('b'), deploy, start, { ...start, nimId: other }]) await run(each, fails);
  const { work, end } = controlledWork();
  const again = core.jobs.start(about('a'), work);
  expect(left()).toEqual([
    'pull a: running',
    'start mine: failed',
    'start mine: failed',
    'pull b: failed',
    'pull a: done',
  ]);
  end.resolve();
  await core.jobs.whenEnded(again.id);

  core.jobs.forgetFailuresOf(mine);
  const kept = ['pull a: done', 'start mine: failed', 'pull b: failed', 'pull a: done'];
  expect(left()).toEqual(kept);
  await core.jobs.close();
  const next = await createJobsService(deps, core.store);
  expect(next.list().map(({ kind, title, state }) => `${kind} ${title}: ${state}`)).toEqual(kept);
  await next.close();
  await core.store.close();
});

test('cancel ends the work, answers with the ended job, and is harmless when repeated', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const { work } = controlledWork();
  const job = core.jobs.start(about('a'), work);
  const first = await core.jobs.api.cancel({ jobId: job.id });
  expect(first).toMatchObject({ id: job.id, state: 'cancelled', failure: null });
  expect(await core.jobs.api.cancel({ jobId: job.id })).toEqual(first);
  await expect(core.jobs.api.cancel({ jobId: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await closeAll(core);
});

test('work that was done in spite of a cancel is done', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const end = Promise.withResolvers<void>();
  const job = core.jobs.start(about('a'), () => end.promise);
  const cancelling = core.jobs.api.cancel({ jobId: job.id });
  end.resolve();
  expect((await cancelling).state).toBe('done');
  await closeAll(core);
});

test('cancel does not hang on work that does not heed it, nor does an abort of the call lose the job', async () => {
  using deps = createTestDeps();
  const core = await open(deps, { cancelMs: 10, closeMs: 10 });
  const end = Promise.withResolvers<void>();
  const job = core.jobs.start(about('a'), () => end.promise);
  expect((await core.jobs.api.cancel({ jobId: job.id })).state).toBe('running');
  const call = core.jobs.api.cancel({ jobId: job.id }, { signal: AbortSignal.abort() });
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
  end.reject(cancelled());
  expect((await core.jobs.whenEnded(job.id)).state).toBe('cancelled');
  await closeAll(core);
});

test('waiting for an end can be given up; the job goes on', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const { work, end } = controlledWork();
  const job = core.jobs.start(about('a'), work);
  const giveUp = new AbortController();
  const waiting = core.jobs.whenEnded(job.id, giveUp.signal);
  giveUp.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  end.resolve();
  expect((await core.jobs.whenEnded(job.id)).state).toBe('done');
  await closeAll(core);
});

test('ended jobs survive a restart; those under way when core died come back as interrupted', async () => {
  using deps = createTestDeps();
  const first = await open(deps);
  const done = first.jobs.start(about('done'), async () => {});
  await first.jobs.whenEnded(done.id);
  const { work, handle } = controlledWork();
  const lost = first.jobs.start(about('lost'), work);
  handle().report({ cancelKeeps: 'layers' });
  // As if killed: the jobs service is never closed.
  await first.store.close();

  const second = await open(deps);
  expect(second.jobs.list()).toMatchObject([
    { id: lost.id, state: 'interrupted', cancelKeeps: 'layers', failure: { code: 'PULL_INTERRUPTED' } },
    { id: done.id, state: 'done' },
  ]);
  const listed = second.jobs.list();
  await closeAll(second);
  const third = await open(deps);
  expect(third.jobs.list()).toEqual(listed);
  await closeAll(third);
});

test('close cancels what runs, says why, waits a bounded time, and takes no new jobs', async () => {
  using deps = createTestDeps();
  const core = await open(deps, { cancelMs: 10, closeMs: 10 });
  const { work, handle } = controlledWork();
  const heeding = core.jobs.start(about('heeding'), work);
  const deaf = core.jobs.start(about('deaf'), () => new Promise(() => {}));
  await core.jobs.close();
  expect(handle().signal.reason).toMatchObject({ code: 'CANCELLED', detail: { isClosing: true } });
  expect(core.jobs.list().map((job) => [job.id, job.state])).toEqual(
    expect.arrayContaining([
      [heeding.id, 'interrupted'],
      [deaf.id, 'interrupted'],
    ]),
  );
  expect(() => core.jobs.start(about('late'), async () => {})).toThrow('closing');
  await core.store.close();
});

test('dismiss removes ended jobs for good, one or all, and refuses one that runs', async () => {
  using deps = createTestDeps();
  const core = await open(deps);
  const ids: string[] = [];
  for (const title of ['a', 'b', 'c']) {
    const job = core.jobs.start(about(title), async () => {});
    await core.jobs.whenEnded(job.id);
    ids.push(job.id);
  }
  const { work } = controlledWork();
  const running = core.jobs.start(about('running'), work);
  await expect(core.jobs.api.dismiss({ jobId: running.id })).rejects.toMatchObject({ code: 'CONFLICT' });
  await core.jobs.api.dismiss({ jobId: ids[1] ?? '' });
  await core.jobs.api.dismiss({ jobId: 'gone before' });
  expect(core.jobs.list().map((job) => job.title)).toEqual(['running', 'c', 'a']);
  await core.jobs.api.dismiss({ jobId: null });
  expect(core.jobs.list().map((job) => job.title)).toEqual(['running']);
  await closeAll(core);
  const again = await open(deps);
  expect(again.jobs.list().map((job) => job.title)).toEqual(['running']);
  await closeAll(again);
});

test('a store that cannot be written does not fail a job', async () => {
  using deps = createTestDeps();
  const store: Store = {
    all: async () => [],
    run: () => Promise.reject(new AppError('DISK_FULL', 'No room.')),
    removeBackUps: async () => {},
    notices: [],
    hasFullText: true,
    close: async () => {},
  };
  const jobs = await createJobsService(deps, store);
  const job = jobs.start(about('a'), async () => {});
  expect((await jobs.whenEnded(job.id)).state).toBe('done');
  await jobs.close();
});

test(
  'whatever happens: running jobs first, at most 50 ended, newest end first, and the same after a restart',
  { timeout: 30_000 },
  async () => {
    const step = fc.oneof(
      fc.constant({ do: 'start' as const }),
      fc.record({ do: fc.constantFrom('finish', 'fail', 'cancel', 'dismiss', 'report'), which: fc.nat(120) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 200 }), async (steps) => {
        let now = 0;
        using deps = createTestDeps({ now: () => (now += 1) });
        const core = await open(deps);
        const works: ReturnType<typeof controlledWork>[] = [];
        for (const each of steps) {
          if (each.do === 'start') {
            const controlled = controlledWork();
            works.push(controlled);
            core.jobs.start(about(`job ${works.length}`), controlled.work);
            continue;
          }
          const controlled = works[each.which % Math.max(1, works.length)];
          if (controlled === undefined) continue;
          const { id } = controlled.handle();
          const job = core.jobs.list().find((candidate) => candidate.id === id);
          controlled.handle().report({ title: `${each.do} ${each.which}` });
          if (each.do === 'dismiss' && job?.state !== 'running') await core.jobs.api.dismiss({ jobId: id });
          if (each.do === 'finish') controlled.end.resolve();
          if (each.do === 'fail') controlled.end.reject(new AppError('PULL_INTERRUPTED', 'cut'));
          if (each.do === 'cancel' && job !== undefined) await core.jobs.api.cancel({ jobId: id });
          if (job?.state === 'running' && each.do !== 'report' && each.do !== 'dismiss') await core.jobs.whenEnded(id);

          const listed = core.jobs.list();
          const firstEnded = listed.findIndex((candidate) => candidate.state !== 'running');
          const ended = firstEnded === -1 ? [] : listed.slice(firstEnded);
          expect(ended.every((candidate) => candidate.state !== 'running')).toBe(true);
          expect(ended.length).toBeLessThanOrEqual(50);
          for (const [index, candidate] of ended.entries()) {
            expect(String(candidate.endedAt) <= String(ended[index - 1]?.endedAt ?? candidate.endedAt)).toBe(true);
          }
        }
        await core.jobs.close();
        const before = core.jobs.list();
        await core.store.close();
        const after = await open(deps);
        expect(after.jobs.list()).toEqual(before);
        await closeAll(after);
      }),
      { numRuns: 6 },
    );
  },
);

test('an end is shown when it is kept: what was seen as done is not interrupted after a crash', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const writing = Promise.withResolvers<void>();
  let isHeld = false;
  const slow: Store = {
    ...store,
    async run(...statements) {
      if (isHeld) await writing.promise;
      await store.run(...statements);
    },
  };
  const jobs = await createJobsService(deps, slow);
  const { work, handle, end } = controlledWork();
  const { id } = jobs.start(about('a'), work);
  isHeld = true;
  end.resolve();
  await new Promise(setImmediate);
  handle().report({ title: 'too late' });
  expect(jobs.list()).toMatchObject([{ id, state: 'running', title: 'a' }]);
  writing.resolve();
  expect(await jobs.whenEnded(id)).toMatchObject({ state: 'done', title: 'a' });
  expect(jobs.list()).toMatchObject([{ id, state: 'done' }]);
  await jobs.close();
  await store.close();
});

/** A store on a disk that is full while `isFull`. */
function fillable(store: Store) {
  const disk = { isFull: false };
  const filling: Store = {
    ...store,
    async run(...statements) {
      if (disk.isFull) throw new AppError('DISK_FULL', 'The disk is full.');
      await store.run(...statements);
    },
  };
  return { disk, filling };
}

test('what a full disk did not take is written when there is room: an end, and what was dismissed', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const { disk, filling } = fillable(store);
  const jobs = await createJobsService(deps, filling);
  const [pulled, dismissed] = [controlledWork(), controlledWork()];
  const { id } = jobs.start(about('pulled'), pulled.work);
  const { id: goneId } = jobs.start(about('dismissed'), dismissed.work);
  dismissed.end.resolve();
  await jobs.whenEnded(goneId);

  disk.isFull = true;
  pulled.end.resolve();
  await jobs.api.dismiss({ jobId: goneId });
  expect(await jobs.whenEnded(id)).toMatchObject({ state: 'done' });
  disk.isFull = false;

  // As after a crash: nothing of this core's memory counts.
  await vi.waitFor(
    async () => {
      const later = await createJobsService(deps, { ...store, run: async () => {} });
      expect(later.list()).toMatchObject([{ id, state: 'done' }]);
    },
    { timeout: 5_000, interval: 100 },
  );
  await jobs.close();
  await store.close();
});

test('a write that failed never takes the place of a later one', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const first = Promise.withResolvers<void>();
  let writes = 0;
  const jobs = await createJobsService(deps, {
    ...store,
    async run(...statements) {
      writes += 1;
      if (writes === 1) {
        await first.promise;
        throw new AppError('DISK_FULL', 'The disk is full.');
      }
      await store.run(...statements);
    },
  });
  const { work, end } = controlledWork();
  const { id } = jobs.start(about('a'), work);
  end.resolve();
  expect(await jobs.whenEnded(id)).toMatchObject({ state: 'done' });
  first.resolve();
  await jobs.close();
  const later = await createJobsService(deps, store);
  expect(later.list()).toMatchObject([{ id, state: 'done' }]);
  await store.close();
});
