import { describe, expect, test } from 'vitest';
import type { PullProgress } from '../shared/contract/jobs.ts';
import { pullLine } from './job-lines.ts';

const progress: PullProgress = {
  phase: 'DOWNLOADING',
  bytesDone: 3_100_000_000,
  bytesTotal: 10_400_000_000,
  layers: { total: 12, done: 5, existing: 1 },
  bytesPerSecond: 84_200_000,
  etaSeconds: 87,
  stalledSince: null,
};

describe('pullLine', () => {
  test('says how much of how much, how fast and how long', () => {
    expect(pullLine(progress, 0)).toBe('Pulling  3.10 GB of 10.4 GB  29 %  84.2 MB/s  1 min 27 s left  5 of 12 layers');
  });

  test('does not make up a whole that is not known', () => {
    const line = pullLine({ ...progress, bytesTotal: null, etaSeconds: null, bytesPerSecond: null }, 0);
    expect(line).toBe('Pulling  3.10 GB  5 of 12 layers');
  });

  test('says since when nothing came, instead of a speed', () => {
    const line = pullLine(
      { ...progress, phase: 'STALLED', stalledSince: '2026-01-01T00:00:00.000Z' },
      Date.parse('2026-01-01T00:00:42Z'),
    );
    expect(line).toContain('nothing for 42 s');
    expect(line).not.toContain('MB/s');
  });
});
