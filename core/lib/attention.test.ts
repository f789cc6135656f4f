import { expect, test } from 'vitest';
import { createAttention } from './attention.ts';

const never = new AbortController().signal;
const long = 60_000;

/** Whether it resolves within a moment. */
const isOver = async (pause: Promise<void>) => {
  let over = false;
  void pause.then(() => (over = true));
  await new Promise((resolve) => setTimeout(resolve, 60));
  return over;
};

test('somebody is here from the first who comes to the last who leaves, however often one leaves', () => {
  const attention = createAttention();
  let comings = 0;
  attention.onCome(() => (comings += 1));
  const leave = attention.begin();
  const leaveAgain = attention.begin();
  leave();
  leave();
  expect([attention.isHere(), comings]).toEqual([true, 1]);
  leaveAgain();
  expect(attention.isHere()).toBe(false);
  attention.begin();
  expect([attention.isHere(), comings]).toEqual([true, 2]);
});

test('a pause is as long as it may be for whoever is here', async () => {
  const attention = createAttention();
  expect(await isOver(attention.pause({ watchedMs: 5, unwatchedMs: long }, never))).toBe(false);
  expect(await isOver(attention.pause({ watchedMs: long, unwatchedMs: 5 }, never))).toBe(true);
  const leave = attention.begin();
  expect(await isOver(attention.pause({ watchedMs: 5, unwatchedMs: long }, never))).toBe(true);
  expect(await isOver(attention.pause({ watchedMs: long, unwatchedMs: 5 }, never))).toBe(false);
  leave();
});

test('who comes cuts a long pause short, at once or when the short one is over', async () => {
  const attention = createAttention();
  const old = attention.pause({ watchedMs: 1, unwatchedMs: long }, never);
  const young = attention.pause({ watchedMs: long, unwatchedMs: 2 * long }, never);
  await new Promise((resolve) => setTimeout(resolve, 20));
  attention.begin();
  expect(await Promise.all([isOver(old), isOver(young)])).toEqual([true, false]);
});

test.each([true, false])('a pause ends with its signal, with somebody here: %s', async (isHere) => {
  const attention = createAttention();
  if (isHere) attention.begin();
  const ending = new AbortController();
  const pause = attention.pause({ watchedMs: long, unwatchedMs: long }, ending.signal);
  ending.abort();
  await expect(pause).rejects.toThrow();
});
