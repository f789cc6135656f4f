import { expect, test } from 'vitest';
import type { Job } from '../../shared/contract/jobs.ts';
import { describeLosses } from './losses.ts';

const pulling: Job = {
  id: '1',
  kind: 'pull',
  title: 'nim/x:1',
  reference: 'nim/x:1',
  nimId: null,
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  pull: {
    phase: 'DOWNLOADING',
    bytesDone: 5_000_000,
    bytesTotal: null,
    layers: { total: 1, done: 0, existing: 0 },
    bytesPerSecond: null,
    etaSeconds: null,
    stalledSince: null,
  },
  start: null,
  cancelKeeps: 'layers',
  failure: null,
  logTail: null,
};

test('only a pull of which something has arrived can be lost', () => {
  expect(describeLosses([pulling, { ...pulling, title: 'y', cancelKeeps: 'nothing' }])).toBe(
    'nim/x:1 is being pulled: 5.00 MB have arrived; this engine’s store keeps the layers and parts of layers that have arrived, for some hours.\n' +
      'y is being pulled: 5.00 MB have arrived; this engine’s store keeps nothing of a cancelled pull.',
  );
  const start = { step: 'creating', phase: 'CREATED', phaseSince: pulling.startedAt, lastLine: null } as const;
  for (const job of [
    { ...pulling, state: 'done' as const },
    { ...pulling, pull: null },
    { ...pulling, pull: { ...pulling.pull!, bytesDone: 0 } },
    { ...pulling, start },
  ])
    expect(describeLosses([job])).toBe(null);
});
