import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tryLockFolder } from '../core/host/folder-lock.ts';
import { bareEnvironment } from '../core/testing/bare-environment.ts';
import { createTestDeps, type TestDeps } from '../core/testing/deps.ts';

const program = join(import.meta.dirname, '../core/testing/headless-process.ts');

function run(state: 'idle' | 'pulling', ...flags: string[]) {
  return runOn(createTestDeps(), state, ...flags);
}

function runOn(deps: TestDeps, state: 'idle' | 'pulling', ...flags: string[]) {
  const args = [program, state, '--port', '0', '--no-open', '--data', deps.dataFolder, ...flags];
  const child = spawn(process.execPath, args, { env: { ...bareEnvironment(), NIMDECK_SECRETS: 'file' } });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
  const exitCode = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitCode;
    deps[Symbol.dispose]();
  });
  const isUp = () => expect.poll(() => printed.stdout + printed.stderr, { timeout: 20_000 });
  return { child, printed, exitCode, isUp, dataFolder: deps.dataFolder };
}

describe('the browser shell as a program', { timeout: 40_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'says its address in one line and ends cleanly on %s',
    async (signal) => {
      const { child, printed, exitCode, isUp, dataFolder } = run('idle');
      await isUp().toContain('watched');
      await isUp().toMatch(/^Nimdeck is at http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n/);
      child.kill(signal);
      expect(await exitCode).toBe(0);
      expect(printed.stdout.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(dataFolder, 'core.sock'))).toBe(false);
    },
  );

  it('says what a running pull would lose and ends on the second signal', async () => {
    const { child, printed, exitCode, isUp } = run('pulling');
    await isUp().toContain('watched');
    child.kill('SIGINT');
    await isUp().toContain('Press Ctrl-C again within 10 seconds');
    expect(printed.stderr).toContain('nim/example/chat-8b:2.0.6 is being pulled: 5');
    expect(printed.stderr).toContain('this engine’s store keeps nothing of a cancelled pull');
    expect(child.exitCode).toBe(null);
    // npm sends what the terminal has sent already; only a later one is a second press. A third would find nobody to hear it.
    await delay(1_000);
    child.kill('SIGINT');
    expect(await exitCode).toBe(0);
  });

  it.each([
    [['--port', 'eighty'], /--port eighty is no port/],
    [['--port', '70000'], /--port 70000 is no port/],
    [['--nonsense'], /nonsense/],
    [['stray'], /stray/],
  ])('refuses %j with a reason and a remedy', async (flags, reason) => {
    const { printed, exitCode } = run('idle', ...flags);
    expect(await exitCode).toBe(1);
    expect(printed.stderr).toMatch(reason);
    expect(printed.stdout).toBe('');
  });

  it('ends at once while it waits for an owner that does not answer', async () => {
    const deps = createTestDeps();
    mkdirSync(deps.dataFolder, { recursive: true });
    const lock = tryLockFolder(deps.dataFolder);
    onTestFinished(() => lock?.release());
    const { child, exitCode, printed } = runOn(deps, 'idle');
    // The pages are served already; they say that there is no core yet.
    await expect.poll(() => printed.stdout, { timeout: 20_000 }).toContain('Nimdeck is at');
    const askedAt = performance.now();
    child.kill('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect(printed.stderr).toBe('');
  });

  it('says its address as JSON when asked to', async () => {
    const { printed, isUp } = run('idle', '--json');
    await isUp().toContain('watched');
    expect(JSON.parse(printed.stdout)).toEqual({
      address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=/),
      port: expect.any(Number),
    });
  });

  it('explains its flags', async () => {
    const { printed, exitCode } = run('idle', '--help');
    expect(await exitCode).toBe(0);
    expect(printed.stdout).toMatch(/^Usage: nimdeck serve/);
  });
});
