import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { startTerminal } from '../core/testing/terminal.ts';

const noEngine = 'unix:///nowhere/docker.sock';

test.each([
  ['json', /^\{[^]*"title": "Kept"[^]*\}\n$/],
  ['html', /^<!doctype html>[^]*<h1>Kept<\/h1>[^]*<\/html>\n$/],
  ['csv', /^\uFEFFround,[^]*note\r\n$/],
])('a comparison that is there is written as %s', { timeout: 60_000 }, async (format, wanted) => {
  const deps = createTestDeps({ env: { DOCKER_HOST: noEngine } });
  onTestFinished(() => deps[Symbol.dispose]());
  const core = await createServices(deps);
  const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
  const target = { kind: 'address', url: 'http://127.0.0.1:1/v1', model: 'one', keyName: null } as const;
  const { comparisonId } = await core.api.compare.create({
    title: 'Kept',
    columns: [{ id: 'one', name: 'one', target, parameters: null }],
    parameters,
    order: 'together',
    isBlind: false,
  });
  await core.close();

  const out = join(deps.dataFolder, `kept.${format}`);
  const { exitCode, said } = await compare(deps, '--resume', comparisonId, '--out', out);
  expect([exitCode, said]).toEqual([0, '']);
  expect(readFileSync(out, 'utf8')).toMatch(wanted);
  expect(existsSync(`${out}.part`)).toBe(false);
});

test('where the results cannot be written, that is said before anything is asked', { timeout: 60_000 }, async () => {
  using deps = createTestDeps({ env: { DOCKER_HOST: noEngine } });
  const out = join(deps.home, 'no such folder', 'kept.csv');
  const { exitCode, said } = await compare(deps, '--resume', 'any', '--out', out);
  expect(exitCode).toBe(2);
  expect(said).toMatch(/The results cannot be written: ENOENT[^]*no such folder/);
});

async function compare(deps: ReturnType<typeof createTestDeps>, ...args: string[]) {
  const { printed, exitCode } = startTerminal(deps, ['compare', ...args]);
  return { exitCode: await exitCode, said: printed.stderr };
}
