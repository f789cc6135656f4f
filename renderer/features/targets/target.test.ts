import { expect, test } from 'vitest';
import { fakeTarget } from '../../testing/fake-asking.ts';
import { fakeNim } from '../../testing/fake-data.ts';
import { pickTarget, targetKey } from './target.ts';

const [stopped, ready] = [fakeTarget(fakeNim('a', { status: 'stopped' })), fakeTarget(fakeNim('b'))];
const hosted = fakeTarget(fakeNim('c'), { target: { kind: 'hosted', model: 'x/y' }, name: 'x/y' });
const none = { chosen: undefined, addressId: null, last: null, lastName: null };

test('chosen here, asked for by the address, its own, the first of this machine that is ready', () => {
  const all = [stopped, ready, hosted];
  expect(pickTarget(all, none).info).toEqual(ready);
  expect(pickTarget(all, { ...none, last: stopped.target }).info).toEqual(stopped);
  expect(pickTarget(all, { ...none, last: hosted.target, addressId: fakeNim('b').id }).info).toEqual(ready);
  expect(pickTarget(all, { ...none, last: stopped.target, chosen: hosted.target }).info).toEqual(hosted);
});

test('never another one by itself, and never a hosted one', () => {
  expect(pickTarget([stopped, hosted], none).info).toBeNull();
  const gone = { kind: 'nim', nimId: 'f'.repeat(64) } as const;
  expect(pickTarget([ready, hosted], { ...none, last: gone, lastName: 'old' })).toEqual({
    info: null,
    goneName: 'old',
  });
  expect(pickTarget([ready], { ...none, last: hosted.target, lastName: 'b' })).toEqual({ info: null, goneName: 'x/y' });
  // Made anew under its name, on this machine as before.
  expect(pickTarget([ready, hosted], { ...none, last: gone, lastName: 'b' }).info).toEqual(ready);
});

test('one that only embeds is not taken for a chat', () => {
  const embeds = fakeTarget(fakeNim('e'), { capabilities: { ...ready.capabilities, chat: false } });
  expect(pickTarget([embeds], none).info).toBeNull();
  expect(pickTarget([embeds, ready], none).info).toEqual(ready);
});

test('an adapter of a NIM stands under its NIM', () => {
  const target = { kind: 'nim', nimId: fakeNim('b').id, model: 'adapter' } as const;
  expect(pickTarget([ready], { ...none, chosen: target }).info?.target).toEqual(target);
  expect(targetKey(target)).not.toBe(targetKey(ready.target));
});
