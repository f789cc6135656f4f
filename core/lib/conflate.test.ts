import { describe, expect, it } from 'vitest';
import { conflate } from './conflate.ts';

/** A source whose items come when the test says so. */
function createSource<T>() {
  const items: IteratorResult<T, undefined>[] = [];
  let wake = Promise.withResolvers<void>();
  let failure: Error | null = null;
  let isReturned = false;
  async function* read(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        while (items.length > 0) {
          const step = items.shift()!;
          if (step.done) return;
          yield step.value;
        }
        if (failure !== null) throw failure;
        await wake.promise;
        wake = Promise.withResolvers();
      }
    } finally {
      isReturned = true;
    }
  }
  return {
    read: read(),
    push: (value: T) => (items.push({ done: false, value }), wake.resolve()),
    end: () => (items.push({ done: true, value: undefined }), wake.resolve()),
    fail: (error: Error) => ((failure = error), wake.resolve()),
    isReturned: () => isReturned,
    isTaken: () => items.length === 0,
  };
}

const join = (older: string, newer: string) => older + newer;
const newest = (_: number, newer: number) => newer;

async function* flood() {
  for (let index = 0; index <= 100_000; index += 1) {
    if (index % 1000 === 0) await new Promise(setImmediate);
    yield index;
  }
}

describe('conflate', () => {
  it('hands out what comes, one by one, to a reader who keeps up', async () => {
    const source = createSource<string>();
    const reader = conflate(source.read, join);
    for (const text of ['a', 'b', 'c']) {
      const next = reader.next();
      source.push(text);
      expect(await next).toEqual({ done: false, value: text });
    }
  });

  it('joins what the reader has not taken and loses nothing of it', async () => {
    const source = createSource<string>();
    const reader = conflate(source.read, join);
    const first = reader.next();
    source.push('a');
    await first;
    for (const text of ['b', 'c', 'd', '']) source.push(text);
    await expect.poll(source.isTaken).toBe(true);
    expect((await reader.next()).value).toBe('bcd');
  });

  it('keeps falsy items apart from no item', async () => {
    const source = createSource<number>();
    const reader = conflate(source.read, (older, newer) => older * 10 + newer);
    const first = reader.next();
    source.push(0);
    expect((await first).value).toBe(0);
    source.push(0);
    source.push(7);
    await expect.poll(source.isTaken).toBe(true);
    expect((await reader.next()).value).toBe(7);
  });

  it('holds one item of a flood of state, the newest', async () => {
    const seen: number[] = [];
    for await (const item of conflate(flood(), newest)) {
      seen.push(item);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(seen.length).toBeLessThan(1000);
    expect(seen.at(-1)).toBe(100_000);
  });

  it('gives what is left before it ends, or before it fails', async () => {
    const ending = createSource<string>();
    const reader = conflate(ending.read, join);
    const first = reader.next();
    ending.push('a');
    await first;
    ending.push('b');
    ending.end();
    await expect.poll(ending.isReturned).toBe(true);
    expect([await reader.next(), await reader.next()]).toEqual([
      { done: false, value: 'b' },
      { done: true, value: undefined },
    ]);

    const failing = createSource<string>();
    const failed = conflate(failing.read, join);
    const next = failed.next();
    failing.push('a');
    await next;
    failing.push('b');
    failing.fail(new Error('broken'));
    await expect.poll(failing.isReturned).toBe(true);
    expect((await failed.next()).value).toBe('b');
    await expect(failed.next()).rejects.toThrow('broken');
  });

  it('tells the source when the reader leaves', async () => {
    const source = createSource<string>();
    source.push('a');
    for await (const _ of conflate(source.read, join)) break;
    source.push('b');
    await expect.poll(source.isReturned).toBe(true);
  });

  it('ends a waiting reader at once when the signal aborts, though the source is deaf', async () => {
    const source = createSource<string>();
    const controller = new AbortController();
    const reader = conflate(source.read, join, controller.signal);
    const waiting = reader.next();
    controller.abort();
    expect((await waiting).done).toBe(true);
  });

  it('does not touch the source when the signal is already aborted', async () => {
    let isStarted = false;
    async function* source() {
      isStarted = true;
      yield 1;
    }
    expect((await conflate(source(), newest, AbortSignal.abort()).next()).done).toBe(true);
    expect(isStarted).toBe(false);
  });
});
