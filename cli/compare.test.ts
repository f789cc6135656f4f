import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';

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
  const program = join(import.meta.dirname, 'nimdeck.ts');
  const child = spawn(process.execPath, [program, 'compare', '--resume', comparisonId, '--out', out], {
    env: {
      PATH: process.env['PATH'],
      HOME: deps.home,
      NIMDECK_DATA: deps.dataFolder,
      NIMDECK_SECRETS: 'file',
      DOCKER_HOST: noEngine,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [exitCode] = await once(child, 'close');
  expect([exitCode, said]).toEqual([0, '']);
  expect(readFileSync(out, 'utf8')).toMatch(wanted);
});
