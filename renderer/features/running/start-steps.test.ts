import { expect, test } from 'vitest';
import { fakeNim } from '../../testing/fake-data.ts';
import { fakeEvent } from '../../testing/fake-nim.ts';
import { startDurationMs, startSteps } from './start-steps.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 15, 0, second)).toISOString();
const startedAt = at(0);
const nim = fakeNim('mine', { startedAt });
const measured = {
  startedAt,
  totalMs: 60_000,
  phases: [
    { phase: 'CREATED' as const, ms: 10_000 },
    { phase: 'WEIGHTS' as const, ms: 50_000 },
  ],
};

test.each([3, -3])('a clock that was set by %s hours during a start does not change how long it took', (hours) => {
  const events = [
    fakeEvent(1, 'phase', { phase: 'WEIGHTS', startedAt, at: at(10 + 3600 * hours) }),
    fakeEvent(2, 'ready', { startedAt, at: at(60 + 3600 * hours) }),
  ];
  expect(startDurationMs(nim, events, measured)).toBe(60_000);
  expect(startSteps(nim, events, null, measured).map(({ phase, ms }) => [phase, ms])).toEqual([
    ['CREATED', 10_000],
    ['WEIGHTS', 50_000],
  ]);
  // Nobody has measured it: then it took no less than nothing.
  expect(startDurationMs(nim, events)).toBeGreaterThanOrEqual(0);
});
