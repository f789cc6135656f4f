import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeyStore } from './key-store.ts';

test('a program that is gone by the next use costs the key, not the process', () => {
  // In a process of its own: what nobody catches ends it.
  const script = `
    import { createKeyStore, forkHelper } from ${JSON.stringify(join(import.meta.dirname, 'key-store.ts'))};
    process.execPath = '/nowhere/node';
    const keyStore = createKeyStore((file) => forkHelper(file, process.env), 5000);
    for (const turn of [1, 2]) {
      const error = await keyStore.get('ngc').catch((error) => error);
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log(turn, error.code);
    }`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect({ stdout, stderr, status }).toEqual({
    stdout: '1 KEY_STORE_UNAVAILABLE\n2 KEY_STORE_UNAVAILABLE\n',
    stderr: '',
    status: 0,
  });
});

test('a process that cannot even be tried to start is no other failure', async () => {
  const keyStore = createKeyStore(() => {
    throw new Error('spawn ENOMEM');
  }, 5000);
  await expect(keyStore.get('ngc')).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
});
