import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDeps } from '../core/testing/deps.ts';
import { startTerminal } from '../core/testing/terminal.ts';
import { startOneNimEngine } from '../core/testing/one-nim-engine.ts';
import { errorCatalog } from '../shared/errors.ts';
import { statusWords } from '../shared/status.ts';

function createPlace() {
  const deps = createTestDeps();
  onTestFinished(() => deps[Symbol.dispose]());
  mkdirSync(deps.dataFolder, { recursive: true, mode: 0o700 });
  async function nimdeck(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { child, printed, exitCode } = startTerminal(deps, args, env);
    child.stdin.end();
    return { exitCode: await exitCode, ...printed };
  }
  return { folder: deps.dataFolder, nimdeck };
}

test(
  'a damaged store is said in the terminal, too, once, beside a list that is empty for it',
  { timeout: 90_000 },
  async () => {
    const { folder, nimdeck } = createPlace();
    writeFileSync(join(folder, 'nimdeck.db'), Buffer.alloc(20_000, 'no database'));
    const first = await nimdeck(['chats', 'list', '--json']);
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toMatch(/nimdeck\.damaged-\S+\.db.*STORE_DAMAGED/);
    const second = await nimdeck(['chats', 'list', '--json']);
    expect(second).toMatchObject({ exitCode: 0, stderr: '' });
  },
);

test('a data folder that cannot be is named, with what to do', { timeout: 90_000 }, async () => {
  const { folder, nimdeck } = createPlace();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { exitCode, stderr } = await nimdeck(['ps'], { NIMDECK_DATA: join(file, 'data') });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('STORE_NOT_WRITABLE');
  expect(stderr).toContain(join(file, 'data'));
  expect(stderr).toContain(errorCatalog.STORE_NOT_WRITABLE.remedy);
});

test(
  'without an engine every command about containers ends with 3 and says what to do',
  { timeout: 90_000 },
  async () => {
    const { nimdeck } = createPlace();
    for (const args of [
      ['logs', 'x'],
      ['chat', 'x', 'hello'],
    ]) {
      const { exitCode, stderr } = await nimdeck(args);
      expect(exitCode, args.join(' ')).toBe(3);
      expect(stderr).toContain('ENGINE_UNREACHABLE');
      expect(stderr).toContain(errorCatalog.ENGINE_UNREACHABLE.remedy);
    }
  },
);

test('a paused NIM is told with what to do, and goes on', { timeout: 90_000 }, async () => {
  const { nimdeck } = createPlace();
  await using engine = await startOneNimEngine({ pull: [], log: [], tokens: [], isPaused: true });
  const env = { DOCKER_HOST: engine.dockerHost };
  const paused = await nimdeck(['ps'], env);
  expect(paused.stdout).toContain(statusWords.paused);
  expect(paused.stderr).toContain('nimdeck resume example-chat');
  expect((await nimdeck(['resume', 'example-chat'], env)).exitCode).toBe(0);
  expect((await nimdeck(['ps'], env)).stdout).toContain(statusWords.ready);
});
