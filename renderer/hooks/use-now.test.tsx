import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useNow, useNowAs } from './use-now.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000_000 }));
afterEach(() => {
  cleanup();
  show(true);
  vi.useRealTimers();
});

function show(isShown: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: !isShown });
  document.dispatchEvent(new Event('visibilitychange'));
}

function pass(seconds: number): void {
  act(() => {
    vi.advanceTimersByTime(seconds * 1_000);
  });
}

test('what does not change is not drawn again', () => {
  const drawn = vi.fn();
  function Minute() {
    drawn();
    return <p>{useNowAs((now) => `${Math.floor(now / 60_000)}`)}</p>;
  }
  render(<Minute />);
  const first = screen.getByText(/\d+/).textContent;
  drawn.mockClear();
  pass(10);
  expect(drawn).not.toHaveBeenCalled();
  pass(60);
  expect(drawn).toHaveBeenCalledTimes(1);
  expect(screen.getByText(/\d+/).textContent).not.toBe(first);
});

test('a hidden page does not count, and is right when it is looked at', () => {
  const Second = () => <p>{useNow()}</p>;
  const { unmount } = render(<Second />);
  const shown = () => Number(screen.getByText(/\d+/).textContent);
  const first = shown();
  pass(2);
  expect(shown()).toBe(first + 2_000);
  show(false);
  expect(vi.getTimerCount()).toBe(0);
  pass(60);
  act(() => show(true));
  expect(shown()).toBe(first + 62_000);
  pass(1);
  expect(shown()).toBe(first + 63_000);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test('what is said in minutes wakes the page up six times a minute', () => {
  const read = vi.fn((now: number) => `${Math.floor(now / 60_000)}`);
  const Minutes = () => <p>{useNowAs(read, 'minutes')}</p>;
  render(<Minutes />);
  read.mockClear();
  pass(60);
  // Each tick compares; the one that finds something new draws, too.
  expect(read.mock.calls.length).toBeLessThanOrEqual(12);
  expect(vi.getTimerCount()).toBe(1);
});
