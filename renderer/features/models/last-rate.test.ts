import { expect, test } from 'vitest';
import type { Job } from '../../../shared/contract/jobs.ts';
import { fakeJob, fakePull } from '../../testing/fake-data.ts';
import { lastPullRate } from './last-rate.ts';

const pulled = (bytesDone: number, seconds: number, changes: Partial<Job> = {}) =>
  fakeJob('a', {
    state: 'done',
    startedAt: new Date(0).toISOString(),
    endedAt: new Date(seconds * 1000).toISOString(),
    pull: fakePull({ phase: 'DONE', bytesDone }),
    ...changes,
  });

test('of the newest pull that came whole and took long enough to tell', () => {
  expect(lastPullRate([])).toBeNull();
  expect(lastPullRate([fakeJob('running')])).toBeNull();
  expect(lastPullRate([pulled(100, 1), pulled(0, 50), pulled(900, 9, { state: 'failed' })])).toBeNull();
  // A start counts its loading of weights as well.
  expect(lastPullRate([pulled(900, 9, { kind: 'deploy' }), pulled(500, 5), pulled(1, 100)])).toBe(100);
});
