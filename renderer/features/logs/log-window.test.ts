import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import { chunkLines, createLogWindow, searchLog } from './log-window.ts';
import { firstStep } from './use-log-search.ts';
import { mostRows, nextBase } from './log-list.tsx';

const counts = (endLine: number, firstLine = 0) => ({
  runId: 'run',
  firstLine,
  endLine,
  bytes: 0,
  errors: 0,
  warnings: 0,
  quiet: { first: firstLine, end: endLine },
  isCollecting: true,
  isBehind: false,
  failure: null,
});

function setup(endLine: number): FakeApi {
  const fake = createFakeApi();
  fake.world.counts.set(counts(endLine));
  return fake;
}

const reads = (fake: FakeApi) =>
  fake.calls.filter(([operation]) => operation === 'logs.read').map(([, input]) => input);

let stop: () => void = () => {};
afterEach(() => stop());

describe('createLogWindow', () => {
  test('reads what is wanted and nothing twice', async () => {
    const fake = setup(1000);
    const window = createLogWindow(fake.api, 'run', 'all');
    stop = window.open();
    window.need({ from: 190, to: 230, first: 0, end: 1000 });
    await vi.waitFor(() => expect(window.line(229)?.text).toBe('line 229'));
    expect(window.line(0)?.line).toBe(0);
    expect(window.line(400)).toBeUndefined();
    window.need({ from: 195, to: 235, first: 0, end: 1000 });
    await Promise.resolve();
    expect(reads(fake)).toEqual([
      { runId: 'run', view: 'all', from: 0, count: chunkLines },
      { runId: 'run', view: 'all', from: 200, count: chunkLines },
    ]);
  });

  test('reads on where an unfinished part ended', async () => {
    const fake = setup(250);
    const window = createLogWindow(fake.api, 'run', 'all');
    stop = window.open();
    window.need({ from: 210, to: 250, first: 0, end: 250 });
    await vi.waitFor(() => expect(window.line(249)).toBeDefined());
    fake.world.counts.set(counts(260));
    window.need({ from: 220, to: 260, first: 0, end: 260 });
    await vi.waitFor(() => expect(window.line(259)?.text).toBe('line 259'));
    expect(reads(fake).at(-1)).toEqual({ runId: 'run', view: 'all', from: 250, count: 150 });
  });

  test('begins behind what the cap has dropped', async () => {
    const fake = setup(1000);
    const window = createLogWindow(fake.api, 'run', 'all');
    stop = window.open();
    window.need({ from: 500, to: 560, first: 530, end: 1000 });
    await vi.waitFor(() => expect(window.line(559)).toBeDefined());
    expect(window.line(529)).toBeUndefined();
    expect(reads(fake)[0]).toEqual({ runId: 'run', view: 'all', from: 530, count: 70 });
  });

  test('tells of a failure, and reads again when it is wanted again', async () => {
    const fake = setup(100);
    fake.failWith('logs.read', new AppError('NOT_FOUND', 'gone'));
    const window = createLogWindow(fake.api, 'run', 'all');
    stop = window.open();
    const range = { from: 0, to: 40, first: 0, end: 100 };
    window.need(range);
    await vi.waitFor(() => expect(window.failure()?.code).toBe('NOT_FOUND'));
    fake.failWith('logs.read', null);
    window.need(range);
    await vi.waitFor(() => expect(window.failure()).toBeNull());
  });

  test('reads nothing once it was left', async () => {
    const fake = setup(100);
    const release = fake.hold('logs.read');
    const window = createLogWindow(fake.api, 'run', 'all');
    const leave = window.open();
    window.need({ from: 0, to: 40, first: 0, end: 100 });
    leave();
    release();
    window.need({ from: 40, to: 80, first: 0, end: 100 });
    await Promise.resolve();
    expect(window.line(0)).toBeUndefined();
  });

  test('keeps a bounded number of lines', async () => {
    const fake = setup(100_000);
    const window = createLogWindow(fake.api, 'run', 'all');
    stop = window.open();
    for (let from = 0; from < 20_000; from += chunkLines) {
      window.need({ from, to: from + 50, first: 0, end: 100_000 });
      await vi.waitFor(() => expect(window.line(from)).toBeDefined(), { interval: 1 });
    }
    expect(window.line(0)).toBeUndefined();
    expect(window.line(19_900)).toBeDefined();
  });
});

test('in the view without polls, positions and line numbers differ', async () => {
  const fake = setup(1000);
  fake.world.polls = [0, 3, 500];
  const window = createLogWindow(fake.api, 'run', 'quiet');
  stop = window.open();
  window.need({ from: 0, to: 40, first: 0, end: 997 });
  await vi.waitFor(() => expect(window.line(0)?.line).toBe(1));
  expect(window.line(2)?.line).toBe(4);
  window.need({ from: 480, to: 510, first: 0, end: 997 });
  await vi.waitFor(() => expect(window.line(498)?.line).toBe(501));
});

test('searchLog goes through all windows of hits', async () => {
  const fake = setup(3000);
  const { hits, isMore } = await searchLog(
    fake.api,
    'run',
    { text: 'line', levels: [], view: 'all' },
    new AbortController().signal,
  );
  expect(hits).toHaveLength(3000);
  expect(isMore).toBe(false);
});

test.each([
  [[10, 20, 30], 15, 1, 1],
  [[10, 20, 30], 15, -1, 0],
  [[10, 20, 30], 40, 1, 0],
  [[10, 20, 30], 40, -1, 2],
  [[10, 20, 30], 0, -1, -1],
] as const)('from hits %o at line %i, step %i leads to index %i', (hits, visible, direction, index) =>
  expect(firstStep(hits, visible, direction)).toBe(index),
);

describe('nextBase', () => {
  test('stays while everything can be drawn', () => {
    expect(nextBase(0, { first: 0, end: mostRows }, true)).toBe(0);
  });
  test('moves in a large step when there is too much', () => {
    expect(nextBase(0, { first: 0, end: mostRows + 1 }, true)).toBe(mostRows / 2 + 1);
  });
  test('does not move under somebody who reads what the cap drops', () => {
    expect(nextBase(0, { first: 500, end: 1000 }, false)).toBe(0);
    expect(nextBase(0, { first: 500, end: 1000 }, true)).toBe(500);
  });
});
