import { afterEach, expect, test, vi } from 'vitest';
import { drawInPage } from './draftsman.ts';
import { readCount } from './syntax.ts';
import { warmUp } from './warm-up.ts';

afterEach(() => vi.useRealTimers());

test('Markdown and the worker are made ready once, in pieces', () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  drawInPage((ask) => {
    asked.push(ask.kind);
    return Promise.resolve(null);
  });
  const before = readCount();
  warmUp();
  warmUp();
  expect(readCount()).toBe(before);

  const pieces: number[] = [];
  while (vi.getTimerCount() > 0 && asked.length === 0) {
    const from = readCount();
    vi.advanceTimersToNextTimer();
    if (readCount() > from) pieces.push(readCount() - from);
  }
  expect(pieces.length).toBeGreaterThan(12);
  expect(Math.max(...pieces)).toBeLessThan(400);
  expect(asked).toEqual(['code']);

  const timers = vi.getTimerCount();
  warmUp();
  expect(vi.getTimerCount()).toBe(timers);
});
