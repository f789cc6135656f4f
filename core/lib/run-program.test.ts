import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createRunProgram } from './run-program.ts';

const run = createRunProgram({ PATH: process.env['PATH'], GREETING: 'hello' }, process.platform);
const node = (code: string, options: Partial<Parameters<typeof run>[2]> = {}) =>
  run(process.execPath, ['-e', code], { timeoutMs: 10_000, ...options });

describe('createRunProgram', () => {
  it('gives what a program printed and its exit code, with the environment it was given and no other', async () => {
    const result = await node(
      'console.log(process.env.GREETING, process.env.HOME, "€"); console.error("no"); process.exit(3)',
    );
    expect(result).toEqual({ exitCode: 3, stdout: 'hello undefined €\n', stderr: 'no\n', isTimedOut: false });
  });

  it('passes arguments as they are: there is no shell', async () => {
    const { stdout } = await run(process.execPath, ['-e', 'console.log(process.argv[1])', '$(id); *"\''], {
      timeoutMs: 10_000,
    });
    expect(stdout).toBe('$(id); *"\'\n');
  });

  it('rejects with the system’s code when a program cannot be started', async () => {
    await expect(run('/nonexistent/program', [], { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(run('/dev/null', [], { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('ends a program that takes too long, and what it started', async () => {
    const child = 'setInterval(() => {}, 1000)';
    const code = `const c = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" });
      console.log(c.pid); setInterval(() => {}, 1000)`;
    const { exitCode, isTimedOut, stdout } = await node(code, { timeoutMs: 700 });
    expect([exitCode, isTimedOut]).toEqual([null, true]);
    // It holds the same pipe: had it lived on, the output would not have ended.
    expect(Number(stdout)).toBeGreaterThan(1);
  });

  it.skipIf(process.platform === 'win32')('waits for nothing that cannot be killed', async () => {
    const stray = 'setInterval(() => {}, 1000)';
    // In a group of its own, with our pipe: as unreachable for us as a program that hangs in a driver.
    const code = `const c = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(stray)}],
        { stdio: "inherit", detached: true });
      console.log(c.pid); setInterval(() => {}, 1000)`;
    const { exitCode, isTimedOut, stdout } = await node(code, { timeoutMs: 700 });
    process.kill(Number(stdout), 'SIGKILL');
    expect([exitCode, isTimedOut]).toEqual([null, true]);
  });

  it('is cancelled by its signal, before and during', async () => {
    await expect(node('', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    const controller = new AbortController();
    const running = node('setInterval(() => {}, 1000)', { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('keeps no more than the bytes allowed and ends a program that prints on', async () => {
    const result = await node('for (;;) process.stdout.write("x".repeat(65536))', { maxBytes: 100_000 });
    expect([result.exitCode, result.isTimedOut, result.stdout.length]).toEqual([null, false, 100_000]);
  });
});

describe.skipIf(process.platform === 'win32')('a frequent program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-programs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const limits = { timeoutMs: 10_000, isFrequent: true };
  const script = (code: string, options: Partial<typeof limits & { maxBytes: number; signal: AbortSignal }> = {}) =>
    run('sh', ['-c', code], { ...limits, ...options });

  function runs(pid: number): boolean {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    // Whoever has to take note of its end may take a while.
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
  }
  const hasEnded = (pid: string) => vi.waitFor(() => expect(runs(Number(pid))).toBe(false));

  it('is started by one shell from its second run on, and says the same', async () => {
    const results = [];
    for (let round = 0; round < 4; round += 1)
      results.push(await script('echo "$PPID $GREETING $HOME"; cat; echo no >&2; exit 3'));
    const parents = results.map(({ stdout }) => stdout.split(' ')[0]);
    expect(new Set(parents).size).toBe(2);
    expect(parents[0]).toBe(String(process.pid));
    for (const result of results) {
      expect(result).toMatchObject({ exitCode: 3, stderr: 'no\n', isTimedOut: false });
      expect(result.stdout).toMatch(/^\d+ hello \n$/);
    }
  });

  it('may print nothing, no last newline, much, or odd characters', async () => {
    for (const code of ['true', 'printf "a\\nb"', 'seq 1 20000', 'printf "€\\n\\n"']) {
      const [once, again, more] = [await script(code), await script(code), await script(code)];
      expect([again, more]).toEqual([once, once]);
    }
  });

  it('passes arguments as they are', async () => {
    const odd = '$(id); *"\'\n';
    for (let round = 0; round < 3; round += 1) expect((await run('printf', ['%s', odd], limits)).stdout).toBe(odd);
  });

  it('is ended when it takes too long, with its shell; the next run has a new one', async () => {
    const code = 'echo $PPID; sleep "$(cat "$0" 2>/dev/null || echo 0)"';
    const seconds = join(folder, 'seconds');
    const slow = (timeoutMs: number) => run('sh', ['-c', code, seconds], { ...limits, timeoutMs });
    await slow(10_000);
    const { stdout: first } = await slow(10_000);
    writeFileSync(seconds, '30');
    expect(await slow(300)).toMatchObject({ exitCode: null, isTimedOut: true, stdout: first });
    await hasEnded(first);
    writeFileSync(seconds, '0');
    const { stdout: next, exitCode } = await slow(10_000);
    expect([exitCode, next !== first]).toEqual([0, true]);
  });

  it('is cancelled by its signal', async () => {
    await script('sleep 0.01');
    const code = 'sleep 0.01; sleep 30';
    const first = new AbortController();
    setTimeout(() => first.abort(), 50);
    await expect(script(code, { signal: first.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    const second = new AbortController();
    setTimeout(() => second.abort(), 50);
    await expect(script(code, { signal: second.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(script(code, { signal: second.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('is ended when it prints on and on', async () => {
    const code = 'while :; do printf "%01000d" 0; done';
    for (let round = 0; round < 2; round += 1) {
      const { exitCode, isTimedOut, stdout } = await script(code, { maxBytes: 100_000 });
      expect([exitCode, isTimedOut]).toEqual([null, false]);
      expect(stdout.length).toBeGreaterThanOrEqual(100_000);
    }
  });

  it('is missed as any other, also when it goes away between two runs', async () => {
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\necho here\n', { mode: 0o755 });
    const start = () => run(program, [], limits);
    for (let round = 0; round < 3; round += 1) expect((await start()).stdout).toBe('here\n');
    rmSync(program);
    await expect(start()).rejects.toMatchObject({ code: 'ENOENT' });
    writeFileSync(program, '#!/bin/sh\necho again\n', { mode: 0o755 });
    for (let round = 0; round < 3; round += 1) expect((await start()).stdout).toBe('again\n');
  });

  it('goes on when somebody ends its shell, and two at once do not wait for each other', async () => {
    const code = 'sleep 0.2; echo $PPID';
    await script(code);
    const [kept, beside] = await Promise.all([script(code), script(code)]);
    expect(beside.stdout).toBe(`${process.pid}\n`);
    process.kill(Number(kept.stdout), 'SIGKILL');
    const next = await script(code);
    expect(next.exitCode).toBe(0);
    expect(next.stdout).not.toBe(kept.stdout);
  });

  it('leaves no shell behind when this process ends, and does not keep it from ending', async () => {
    const file = fileURLToPath(new URL('run-program.ts', import.meta.url));
    const code = `import { createRunProgram } from ${JSON.stringify(file)};
      const run = createRunProgram(process.env, process.platform);
      const options = { timeoutMs: 5000, isFrequent: true };
      for (let round = 0; round < 2; round += 1) console.log((await run('sh', ['-c', 'echo $PPID'], options)).stdout.trim());`;
    const { stdout, exitCode } = await run(process.execPath, ['--input-type=module', '-e', code], { timeoutMs: 8_000 });
    const [own, shell] = stdout.trim().split('\n');
    expect([exitCode, own === shell]).toEqual([0, false]);
    expect(shell).toMatch(/^\d+$/);
    await hasEnded(shell ?? '');
  });
});
