import { expect, test } from 'vitest';
import { createValue } from './value.ts';

test('a reader gets the present value, then the newest it has not seen', async () => {
  const value = createValue(1);
  const reader = value.watch(undefined);
  expect((await reader.next()).value).toBe(1);
  value.set(2);
  value.set(3);
  expect((await reader.next()).value).toBe(3);
  await reader.return();
});

test('a change while a reader waits wakes it, and every other one', async () => {
  const value = createValue('a');
  const readers = [value.watch(undefined), value.watch(undefined)];
  for (const reader of readers) await reader.next();
  const waiting = readers.map((reader) => reader.next());
  value.set('b');
  expect((await Promise.all(waiting)).map((step) => step.value)).toEqual(['b', 'b']);
  for (const reader of readers) await reader.return();
});

test('an abort ends a waiting reader, and one that comes later at once', async () => {
  const value = createValue(0);
  const controller = new AbortController();
  const reader = value.watch(controller.signal);
  await reader.next();
  const waiting = reader.next();
  controller.abort();
  expect((await waiting).done).toBe(true);
  expect((await value.watch(controller.signal).next()).done).toBe(true);
});

test('a value set back to the same one still counts as a change', async () => {
  const value = createValue({ count: 0 });
  const reader = value.watch(undefined);
  const first = (await reader.next()).value;
  const next = reader.next();
  if (first !== undefined) value.set(first);
  expect((await next).value).toBe(first);
  await reader.return();
});
