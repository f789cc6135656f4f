import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createServices } from './index.ts';
import { createTestDeps } from './testing/deps.ts';

test('a start that fails leaves nothing running that would keep the process alive', async () => {
  using deps = createTestDeps({ env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
  mkdirSync(deps.dataFolder, { recursive: true });
  // Not a folder: the logs cannot be listed, and by then the store and the engine's connection have begun.
  writeFileSync(join(deps.dataFolder, 'logs'), '');
  await expect(createServices(deps)).rejects.toThrow('ENOTDIR');
  expect(existsSync(join(deps.dataFolder, 'nimdeck.db'))).toBe(true);
  // SQLite removes it when the last connection is closed.
  expect(existsSync(join(deps.dataFolder, 'nimdeck.db-wal'))).toBe(false);
});
