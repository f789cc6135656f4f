import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { startNim, startRegistryGate } from './sandbox.ts';

vi.setConfig({ testTimeout: 30_000 });

/** A process that has ended may stay in the table as long as nobody has collected it. */
function isRunning(pid: number): boolean {
  if (process.platform === 'linux') {
    const file = `/proc/${pid}/cmdline`;
    return existsSync(file) && readFileSync(file, 'utf8') !== '';
  }
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: that is the answer.
    return false;
  }
}

test('a program ends with the scope of its handle', async () => {
  const pids: number[] = [];
  {
    await using nim = await startNim();
    await using gate = await startRegistryGate({ upstream: 'http://127.0.0.1:1' });
    pids.push(nim.pid, gate.pid);
    expect(pids.map(isRunning)).toEqual([true, true]);
  }
  expect(pids.map(isRunning)).toEqual([false, false]);
});

test('a program ends with its parent, however that ends', async () => {
  const sandbox = new URL('sandbox.ts', import.meta.url).href;
  const code = `
    const { startNim, startRegistryGate } = await import(${JSON.stringify(sandbox)});
    const nim = await startNim({ phaseSeconds: { weights: 100000 } });
    const gate = await startRegistryGate({ upstream: 'http://127.0.0.1:1' });
    process.stdout.write(nim.pid + ' ' + gate.pid + '\\n');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
  const pids = line.trim().split(' ').map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.map(isRunning)).toEqual([false, false]), { timeout: 10_000, interval: 20 });
});

test('waiting for a NIM that fails tells its log', async () => {
  await using nim = await startNim({ failure: 'oom' });
  await expect(nim.ready()).rejects.toThrow(
    /exited with 1 before it was ready:[\s\S]*Engine core initialization failed/,
  );
});
