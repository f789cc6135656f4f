import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { cancelled } from '../../shared/errors.ts';
import type { ProgramResult, RunOptions } from '../deps.ts';
import { repeatLoop } from './repeat-loop.ts';

/** Starts one program again and again. */
export interface KeptShell {
  /**
   * As `RunProgram`, one run at a time. Null where there is no telling how the program does: the shell cannot start it,
   * is not there itself, or has ended.
   */
  run(options: RunOptions & { maxBytes: number }): Promise<ProgramResult | null>;
}

/** After so long without a run the shell ends. */
const restMs = 90_000;
/** A shell's own words for a program that it cannot start. */
const notStarted = new Set([126, 127]);

/**
 * A small shell that waits for its input: a program is started from there at a tenth of what it costs to start it from a
 * process with as much memory as this one. For POSIX. When this process goes away its input ends, and so does the shell.
 */
export function createKeptShell(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): KeptShell {
  let kept: OpenShell | null = null;
  let resting: NodeJS.Timeout | undefined;

  function leave(shell: OpenShell) {
    shell.end();
    if (kept === shell) kept = null;
  }

  return {
    async run({ timeoutMs, signal, maxBytes }) {
      clearTimeout(resting);
      const shell = (kept ??= openShell(file, args, env));
      let isTimedOut = false;
      const timer = setTimeout(() => {
        isTimedOut = true;
        leave(shell);
      }, timeoutMs);
      const onAbort = () => leave(shell);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        const { end, stdout, stderr } = await shell.run(maxBytes);
        if (signal?.aborted) throw cancelled();
        const exitCode = typeof end === 'number' ? end : null;
        if (exitCode === null || notStarted.has(exitCode)) leave(shell);
        if ((end === 'gone' && !isTimedOut) || (exitCode !== null && notStarted.has(exitCode))) return null;
        return { exitCode, stdout, stderr, isTimedOut };
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        resting = setTimeout(() => leave(shell), restMs).unref();
      }
    },
  };
}

interface Run {
  /** The exit code; `too-much`: it printed more than it may; `gone`: the shell has ended. */
  end: number | 'too-much' | 'gone';
  stdout: string;
  stderr: string;
}

interface OpenShell {
  run(maxBytes: number): Promise<Run>;
  /** With the program that it runs; nobody waits for one that cannot be killed. */
  end(): void;
}

function openShell(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): OpenShell {
  const { script, ending } = repeatLoop('"$@"', 'separate');
  // A process group of its own: what it runs ends with it, and Ctrl-C in the terminal reaches us and not them.
  const child = spawn('sh', ['-c', script, 'sh', file, ...args], { env, detached: true });
  const { stdin, stdout, stderr } = child;
  // What waits for work keeps this process from ending no more than a sleeping timer does.
  child.unref();
  for (const pipe of [stdin, stdout, stderr]) unref(pipe);
  let texts = { stdout: '', stderr: '' };
  let isGone = false;
  let onNews = () => {};

  const gone = () => {
    isGone = true;
    onNews();
  };
  child.on('error', gone).on('close', gone);
  // It says so by its end, too.
  stdin.on('error', () => {});
  stdout.setEncoding('utf8').on('data', (text: string) => take('stdout', text));
  stderr.setEncoding('utf8').on('data', (text: string) => take('stderr', text));

  function take(output: 'stdout' | 'stderr', text: string) {
    texts[output] += text;
    onNews();
  }

  function ended(maxBytes: number): Run | null {
    const out = ending.exec(texts.stdout);
    const errors = ending.exec(texts.stderr);
    if (out !== null && errors !== null) {
      const run = { stdout: texts.stdout.slice(0, out.index), stderr: texts.stderr.slice(0, errors.index) };
      return { ...run, end: Number(out[1]) };
    }
    if (isGone) return { ...texts, end: 'gone' };
    return texts.stdout.length + texts.stderr.length > maxBytes ? { ...texts, end: 'too-much' } : null;
  }

  return {
    async run(maxBytes) {
      texts = { stdout: '', stderr: '' };
      const { promise, resolve } = Promise.withResolvers<Run>();
      onNews = () => {
        const run = ended(maxBytes);
        if (run !== null) resolve(run);
      };
      onNews();
      stdin.write('\n');
      const run = await promise;
      onNews = () => {};
      texts = { stdout: '', stderr: '' };
      return run;
    },
    end() {
      gone();
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
      // Its number may be another's by now.
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself meanwhile.
      }
    },
  };
}

function unref(pipe: Readable | Writable): void {
  if (pipe instanceof Socket) pipe.unref();
}
