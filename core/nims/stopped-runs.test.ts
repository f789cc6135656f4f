import { expect, test } from 'vitest';
import type { EngineEvent } from '../engine/service.ts';
import { silentLogger } from '../lib/logger.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps } from '../testing/deps.ts';
import { toFacts } from './container.ts';
import { createStoppedRuns } from './stopped-runs.ts';

const finishedAt = '2026-11-24T10:05:00.000Z';
const facts = (change: { startedAt?: string; finishedAt?: string; isRunning?: boolean } = {}) =>
  toFacts({
    Id: 'abc',
    Name: '/llama',
    Created: '2026-11-24T09:59:59Z',
    Config: { Image: 'img' },
    State: {
      Running: change.isRunning ?? false,
      StartedAt: change.startedAt ?? '2026-11-24T10:00:00.123Z',
      FinishedAt: change.finishedAt ?? finishedAt,
      ExitCode: 137,
    },
  });

const event = (action: string, signal: string, at = finishedAt): EngineEvent => ({
  type: 'container',
  action,
  id: 'abc',
  attributes: { signal },
  timeNano: BigInt(Date.parse(at)) * 1_000_000n,
});

const failingStore: Store = {
  all: () => Promise.reject(new Error('broken')),
  run: () => Promise.reject(new Error('broken')),
  removeBackUps: async () => {},
  hasFullText: false,
  notices: [],
  close: async () => {},
};

test('a mark is of one run, and stays over a restart of core', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const before = createStoppedRuns(store, silentLogger);
  await before.mark('abc', '2026-11-24T10:00:00.123Z');
  expect(before.isStopped(facts())).toBe(true);
  expect(before.isStopped(facts({ isRunning: true }))).toBe(false);
  await store.close();

  const reopened = await openStore(deps);
  const after = createStoppedRuns(reopened, silentLogger);
  expect(after.isStopped(facts())).toBe(false);
  await after.load();
  expect(after.isStopped(facts())).toBe(true);
  expect(after.isStopped(facts({ startedAt: '2026-11-24T10:01:00.000Z' })), 'the next run').toBe(false);
  await after.unmark('abc');
  expect(after.isStopped(facts())).toBe(false);
  await reopened.close();
});

test.each([
  ['a kill', 'kill', '9', finishedAt, true],
  ['a stop', 'kill', '15', '2026-11-24T10:04:40.000Z', true],
  ['a stop, as Podman names it', 'kill', 'SIGTERM', finishedAt, true],
  ['the news of a stop, after the end', 'stop', '', '2026-11-24T10:05:00.400Z', true],
  ['a signal that only speaks to it', 'kill', '1', finishedAt, false],
  ['a signal that it outlived', 'kill', '15', '2026-11-24T10:01:00.000Z', false],
  ['a signal to the run before', 'kill', '9', '2026-11-24T09:59:59.000Z', false],
  ['another event', 'die', '9', finishedAt, false],
])('%s by others: %s %s at %s', (_what, action, signal, at, expected) => {
  const stopped = createStoppedRuns(failingStore, silentLogger);
  stopped.noteEvent(event(action, signal, at));
  expect(stopped.isStopped(facts())).toBe(expected);
});

test('a store that fails keeps nobody from stopping', async () => {
  const stopped = createStoppedRuns(failingStore, silentLogger);
  await stopped.mark('abc', '2026-11-24T10:00:00.123Z');
  expect(stopped.isStopped(facts())).toBe(true);
});
