import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDeps } from '../core/testing/deps.ts';
import { startTerminal } from '../core/testing/terminal.ts';
import { readInput } from './read-input.ts';

function run(...args: string[]) {
  const deps = createTestDeps();
  onTestFinished(() => deps[Symbol.dispose]());
  return startTerminal(deps, args);
}

test('a reader that leaves (`| head`) ends a command without a word', { timeout: 20_000 }, async () => {
  const { child, printed, exitCode } = run('gpus', '--json');
  child.stdout.destroy();
  expect([0, 1, 130]).toContain(await exitCode);
  expect(printed.stderr).toBe('');
});

test('an abort ends the wait for input that nobody writes', async () => {
  const controller = new AbortController();
  const input = new PassThrough();
  const reading = readInput(input, controller.signal);
  input.write('half a ke');
  controller.abort();
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(readInput(new PassThrough(), controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a set of prompts that is too large is refused with both sizes', { timeout: 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-set-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'set.txt');
  writeFileSync(file, 'x'.repeat(4_560_000));
  const { printed, exitCode } = run('compare', 'x', '--prompts', file, '--out', join(folder, 'out.csv'));
  expect(await exitCode).toBe(2);
  expect(printed.stderr).toContain(`${file} has 4.56 MB, and a set 4 MB at most.`);
});

test.each([
  [['serve', '--port', 'eighty'], 'no port'],
  [['run', 'x', '--env', 'NIMDECK_NOT_THERE'], 'no such variable'],
  [['run', 'x', '--env', '=y'], 'NAME=VALUE'],
  [['nonsense'], 'no command'],
])('%j is wrong usage', { timeout: 20_000 }, async (args, reason) => {
  const { printed, exitCode } = run(...args);
  expect(await exitCode).toBe(2);
  expect(printed.stderr).toContain(reason);
});

test('the help fits a terminal, and what is mistyped is said with how it is used', { timeout: 30_000 }, async () => {
  const help = run('help');
  expect(await help.exitCode).toBe(0);
  expect(Math.max(...help.printed.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);

  const option = run('ps', '--wat');
  expect(await option.exitCode).toBe(2);
  expect(option.printed.stderr).toContain("Unknown option '--wat'. usage: nimdeck ps");

  const name = run('run', 'a/b:1', '--name', 'bad name');
  expect(await name.exitCode).toBe(2);
  expect(name.printed.stderr).toContain('--name takes letters, digits');
});

test('a command for practice mode says how to start one where none runs, before and behind its name', async () => {
  for (const args of [
    ['--practice', 'ps'],
    ['ps', '--practice'],
  ]) {
    const { printed, exitCode } = run(...args);
    expect(await exitCode).toBe(1);
    expect(printed.stderr).toContain('PRACTICE_NOT_RUNNING');
    expect(printed.stderr).toContain('nimdeck serve --practice');
  }
});

test('metrics of a saved page, as JSON; a page without any is wrong input', { timeout: 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const page = join(folder, 'page.txt');
  writeFileSync(page, 'vllm:num_requests_running{engine="0"} 2.0\nvllm:prompt_tokens_total{engine="0"} 9\n');
  const good = run('metrics', '--from', page, '--json');
  expect(await good.exitCode).toBe(0);
  expect(JSON.parse(good.printed.stdout)).toMatchObject({ family: 'vllm', running: 2, waiting: null, promptTokens: 9 });
  writeFileSync(page, 'hello\n');
  const bad = run('metrics', '--from', page);
  expect(await bad.exitCode).toBe(2);
  expect(bad.printed.stderr).toContain('holds no metrics');
});
