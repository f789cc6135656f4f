import { expect, test, vi } from 'vitest';
import { createUndo } from './undo.ts';

const taken = { conversation: { id: 'a' }, messages: [] };

test('gives out once, and forgets after its time', () => {
  vi.useFakeTimers();
  try {
    const undo = createUndo(1_000);
    undo.keep('a', taken);
    vi.advanceTimersByTime(999);
    expect(undo.take('a')).toBe(taken);
    expect(undo.take('a')).toBeNull();
    undo.keep('a', taken);
    vi.advanceTimersByTime(1_000);
    expect(undo.take('a')).toBeNull();
    undo.keep('a', taken);
    undo.forgetAll();
    expect(undo.take('a')).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
