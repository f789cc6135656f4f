import { describe, expect, test } from 'vitest';
import { errorCatalog } from '../../shared/errors.ts';
import { someJob, someNim, someProof } from '../testing/shell-values.ts';
import { noticesOfJobs, noticesOfNims, noticesOfProofs } from './notices.ts';

const nimId = 'c0'.repeat(32);

describe('noticesOfJobs', () => {
  const running = someJob();
  const starting = someJob({ id: 'job-2', kind: 'deploy', title: 'chat', nimId });

  test('a pull and a start that are done, once', () => {
    const done = [someJob({ state: 'done' }), { ...starting, state: 'done' as const }];
    expect(noticesOfJobs([running, starting], done)).toEqual([
      { title: 'nim/x:1 is pulled', body: '', route: '#/models' },
      { title: 'chat is ready', body: '', route: `#/running/${nimId}/overview` },
    ]);
    expect(noticesOfJobs(done, done)).toEqual([]);
  });

  test('what failed says why, and leads to where more is said', () => {
    const failure = { code: 'DISK_FULL', message: 'no space left on device' } as const;
    const failed = [someJob({ state: 'failed', failure }), { ...starting, state: 'failed' as const }];
    expect(noticesOfJobs([running, starting], failed)).toEqual([
      { title: 'nim/x:1 could not be pulled', body: errorCatalog.DISK_FULL.title, route: '#/models' },
      { title: 'chat did not start', body: '', route: `#/running/${nimId}/log` },
    ]);
    // Its container was never made.
    expect(noticesOfJobs([starting], [{ ...starting, nimId: null, state: 'failed' }])[0]?.route).toBe('#/running');
  });

  test('nothing of what was cancelled, was over before, or goes on', () => {
    expect(noticesOfJobs([running], [someJob({ state: 'cancelled' })])).toEqual([]);
    expect(noticesOfJobs([running], [someJob({ state: 'interrupted' })])).toEqual([]);
    expect(noticesOfJobs([], [someJob({ state: 'done' })])).toEqual([]);
    expect(noticesOfJobs([running], [running])).toEqual([]);
  });
});

describe('noticesOfNims', () => {
  const list = (...nims: ReturnType<typeof someNim>[]) => ({ isKnown: true, nims });
  const exited = someNim({
    status: 'exited',
    exit: { code: 137, at: null, isOutOfMemory: false, firstErrorLine: null },
  });

  test('one that was ready and has ended by itself', () => {
    const told = [
      { title: 'chat ended by itself', body: 'Its container ended with code 137.', route: `#/running/${nimId}/log` },
    ];
    expect(noticesOfNims(list(someNim()), list(exited))).toEqual(told);
    for (const status of ['not-answering', 'paused'] as const)
      expect(noticesOfNims(list(someNim({ status })), list(exited))).toEqual(told);
  });

  test('not one that was stopped, was starting (its job tells), or was so before', () => {
    expect(noticesOfNims(list(someNim()), list(someNim({ status: 'stopped' })))).toEqual([]);
    expect(noticesOfNims(list(someNim({ status: 'starting' })), list(exited))).toEqual([]);
    expect(noticesOfNims(list(exited), list(exited))).toEqual([]);
    expect(noticesOfNims(list(), list(exited))).toEqual([]);
  });

  test('nothing while the engine cannot be asked, and nothing twice after it', () => {
    const unknown = { isKnown: false, nims: [someNim({ status: 'unknown' })] };
    expect(noticesOfNims(list(someNim()), { ...unknown, nims: [exited] })).toEqual([]);
    expect(noticesOfNims(unknown, list(exited))).toEqual([]);
  });
});

describe('noticesOfProofs', () => {
  const failure = { code: 'GPU_LOST', message: 'GPU 0 does not answer.' } as const;
  const lost = someProof({ state: 'lost', failure });

  test('a NIM whose GPU has gone, once', () => {
    expect(noticesOfProofs([someProof()], [lost], [someNim()])).toEqual([
      { title: 'chat has lost its GPU', body: errorCatalog.GPU_LOST.title, route: `#/running/${nimId}/overview` },
    ]);
    expect(noticesOfProofs([lost], [lost], [someNim()])).toEqual([]);
  });

  test('not one that is well, is back, or has been removed', () => {
    expect(noticesOfProofs([], [someProof()], [someNim()])).toEqual([]);
    expect(noticesOfProofs([lost], [someProof()], [someNim()])).toEqual([]);
    expect(noticesOfProofs([someProof()], [lost], [])).toEqual([]);
  });
});
