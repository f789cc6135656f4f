import { spawn } from 'node:child_process';
import { cancelled } from '../../shared/errors.ts';
import type { ProgramResult, RunProgram } from '../deps.ts';
import { createKeptShell, type KeptShell } from './kept-shell.ts';

/** The longest output we read, nvidia-smi's XML of a machine with 16 GPUs, is below 1 MB. */
const defaultMaxBytes = 10 * 1024 * 1024;
/**
 * A program that hangs inside a driver (nvidia-smi with a GPU that fell off the bus) ends only when the driver lets go,
 * killed or not, and one that left its group may hold the pipes: after this much time nobody waits for them any more.
 */
const killedWithinMs = 1_000;

/**
 * Each program in a process group of its own: what it started ends with it, and Ctrl-C in the terminal reaches us and not
 * them. One that prints more than `maxBytes` is ended, too; what it printed until then is kept. A frequent one has a shell
 * kept for it from its second run on.
 */
export function createRunProgram(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): RunProgram {
  const runOnce = createRunOnce(env, platform);
  const shells = new Map<string, { shell: KeptShell; isBusy: boolean }>();

  return async (file, args, options) => {
    if (options.isFrequent !== true || platform === 'win32') return runOnce(file, args, options);
    if (options.signal?.aborted) throw cancelled();
    const key = JSON.stringify([file, ...args]);
    const kept = shells.get(key);
    if (kept === undefined) shells.set(key, { shell: createKeptShell(file, args, env), isBusy: false });
    if (kept === undefined || kept.isBusy) return runOnce(file, args, options);
    kept.isBusy = true;
    try {
      const result = await kept.shell.run({ maxBytes: defaultMaxBytes, ...options });
      return result ?? (await runOnce(file, args, options));
    } finally {
      kept.isBusy = false;
    }
  };
}

/** Without a shell. */
function createRunOnce(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): RunProgram {
  return (file, args, { timeoutMs, signal, maxBytes = defaultMaxBytes }) => {
    if (signal?.aborted) return Promise.reject(cancelled());
    const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
    const hasGroups = platform !== 'win32';
    const child = spawn(file, args, {
      env,
      detached: hasGroups,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

    let isKilled = false;
    let abandoned: NodeJS.Timeout | undefined;
    const kill = () => {
      if (child.pid === undefined || isKilled) return;
      isKilled = true;
      abandoned = setTimeout(() => abandon(), killedWithinMs);
      try {
        if (hasGroups) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // The group has ended by itself meanwhile.
      }
    };
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      kill();
    }, timeoutMs);
    signal?.addEventListener('abort', kill, { once: true });
    const release = () => {
      clearTimeout(timer);
      clearTimeout(abandoned);
      signal?.removeEventListener('abort', kill);
    };

    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        const free = maxBytes - bytes;
        bytes += chunk.length;
        if (free > 0) chunks[name].push(chunk.subarray(0, free));
        if (bytes > maxBytes) kill();
      });
    }
    child.on('error', (error) => {
      release();
      reject(signal?.aborted ? cancelled() : error);
    });
    const finish = (exitCode: number | null) => {
      release();
      if (signal?.aborted) return reject(cancelled());
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(chunks[name]).toString('utf8');
      resolve({ exitCode, stdout: text('stdout'), stderr: text('stderr'), isTimedOut });
    };
    child.on('close', finish);
    const abandon = () => {
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      finish(null);
    };
    return promise;
  };
}
