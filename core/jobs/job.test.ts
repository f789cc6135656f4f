import { expect, test } from 'vitest';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { beginJob, changeJob, endJob } from './job.ts';

const begun = beginJob(
  { kind: 'deploy', title: 'llama', reference: 'nvcr.io/nim/meta/llama:1', nimId: null },
  'job-1',
  '2026-01-01T00:00:00.000Z',
);
const at = '2026-01-01T00:01:00.000Z';
const pulling: PullProgress = {
  phase: 'DOWNLOADING',
  bytesDone: 5,
  bytesTotal: 10,
  layers: { total: 2, done: 1, existing: 0 },
  bytesPerSecond: 3,
  etaSeconds: 2,
  stalledSince: at,
};
const starting = { step: 'waiting-until-ready', phase: 'WEIGHTS', phaseSince: at, lastLine: null } as const;

test('an ended job does not change any more', () => {
  const ended = endJob(begun, { state: 'done' }, at);
  expect(changeJob(ended, { title: 'late' })).toBe(ended);
  expect(endJob(ended, { state: 'cancelled' }, at)).toBe(ended);
});

test.each([
  ['done', 'DONE'],
  ['failed', 'FAILED'],
  ['cancelled', 'CANCELLED'],
  ['interrupted', 'FAILED'],
] as const)('a pull that was moving when the job ended as %s is %s and shows no speed', (state, phase) => {
  const end = state === 'failed' ? { state, failure: { code: 'DISK_FULL' as const, message: 'full' } } : { state };
  const { pull } = endJob(changeJob(begun, { pull: pulling }), end, at);
  expect(pull).toEqual({ ...pulling, phase, bytesPerSecond: null, etaSeconds: null, stalledSince: null });
});

test('a pull that had ended keeps its own phase', () => {
  const done = changeJob(begun, { pull: { ...pulling, phase: 'DONE' } });
  expect(endJob(done, { state: 'cancelled' }, at).pull?.phase).toBe('DONE');
});

test('only a pull that was cut off is a failure; a container that was starting may run on', () => {
  const interrupted = { state: 'interrupted' } as const;
  expect(endJob(changeJob(begun, { pull: pulling }), interrupted, at).failure?.code).toBe('PULL_INTERRUPTED');
  const pulled = changeJob(begun, { pull: { ...pulling, phase: 'DONE' }, start: starting });
  expect(endJob(pulled, interrupted, at).failure).toBeNull();
  expect(endJob({ ...begun, kind: 'pull' }, interrupted, at).failure?.code).toBe('PULL_INTERRUPTED');
});
