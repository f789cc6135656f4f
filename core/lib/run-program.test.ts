import { describe, expect, it } from 'vitest';
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
