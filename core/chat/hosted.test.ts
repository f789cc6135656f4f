import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createTestDeps, memorySecrets } from '../testing/deps.ts';
import { createHosted } from './hosted.ts';

const key = `nvapi-${'k'.repeat(60)}`;

async function withLockedStore() {
  const secrets = memorySecrets();
  const lock = { isLocked: true };
  const get = async (name: string) => {
    if (lock.isLocked) throw new AppError('KEY_STORE_UNAVAILABLE', 'locked');
    return await secrets.get(name);
  };
  await secrets.set('hosted', JSON.stringify({ key: 'own', value: key }));
  using deps = createTestDeps({ secrets: { ...secrets, get } });
  return { hosted: await createHosted(deps, { key: async () => null }), lock };
}

const ask = { model: 'meta/llama-3.1-8b-instruct', path: '/v1/chat/completions' } as const;

test('a key that the key store did not give at the start is asked for again when it is needed', async () => {
  const { hosted, lock } = await withLockedStore();
  expect(hosted.choice().key).toBeNull();
  await expect(hosted.server(ask.model, ask.path)).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
  lock.isLocked = false;
  expect((await hosted.server(ask.model, ask.path)).headers).toEqual({ authorization: `Bearer ${key}` });
  expect(hosted.choice().key).toBe('own');
});

test('what was chosen while the key store was locked is not undone when it opens', async () => {
  const { hosted, lock } = await withLockedStore();
  await hosted.use({ key: 'none' });
  lock.isLocked = false;
  await hosted.reread();
  expect(hosted.choice().key).toBeNull();
});
