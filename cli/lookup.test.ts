import { expect, test } from 'vitest';
import type { ChatTargets, TargetInfo } from '../shared/contract/targets.ts';
import { findTarget } from './lookup.ts';

function target(name: string, changes: Partial<TargetInfo> = {}): TargetInfo {
  return {
    target: { kind: 'address', url: 'http://127.0.0.1:1/v1', model: name, keyName: null },
    name,
    model: `example/${name}`,
    state: 'ready',
    status: null,
    gpus: null,
    capabilities: { chat: null, vision: null, tools: null, reasoning: null, embedding: null, rerank: null },
    corrected: [],
    contextTokens: null,
    ...changes,
  };
}

const known = { vision: null, tools: null, reasoning: null };
const numbers = target('numbers', { capabilities: { ...known, chat: false, embedding: true, rerank: false } });

function listing(...targets: TargetInfo[]) {
  const list: ChatTargets = {
    targets,
    hosted: { key: null, keyHint: null, isLive: false, failure: null },
    addresses: [],
  };
  return {
    chat: {
      async *targets() {
        yield list;
      },
    },
  };
}

const find = (name: string, ...targets: TargetInfo[]) =>
  findTarget(listing(...targets), name, new AbortController().signal);

test('is found by its name or its model, the one that is ready before others', async () => {
  const starting = target('two', { state: 'starting' });
  const ready = target('two');
  expect(await find('two', starting, ready)).toBe(ready);
  expect(await find('two', starting)).toBe(starting);
  expect(await find('example/one', target('one'), ready)).toMatchObject({ name: 'one' });
});

test('one that only embeds or ranks cannot be asked', async () => {
  await expect(find('numbers', numbers)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'numbers does not chat: it is made for other work.',
  });
});

test('who can be asked is named where nobody is called so', async () => {
  await expect(find('on', target('one'), numbers)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'There is nobody called “on” to ask. Ready: one',
  });
  await expect(find('on', numbers)).rejects.toMatchObject({
    message: 'There is nobody called “on” to ask. Nobody can be asked now.',
  });
});
