import { once } from 'node:events';
import { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { cancelled } from '../../shared/errors.ts';
import type { ProgramResult } from '../deps.ts';
import { repeatLoop } from '../lib/repeat-loop.ts';
import { askEngine } from './ask.ts';
import { demux } from './demux.ts';
import { execAnswer } from './run-in-container.ts';
import { toReadable } from './text-lines.ts';

/** A shell in a running container that runs one program, each time that it is told to. */
export interface Repeater extends AsyncDisposable {
  /**
   * Runs it once more; both of its outputs are in `stdout`. Rejects once the shell has ended, where the engine is away, or
   * when the signal aborts. One that is too slow is left to itself, and the shell ends with it.
   */
  run(timeoutMs: number): Promise<ProgramResult>;
}

interface RepeaterOptions {
  /** For the shell to begin. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** What the program may print in one run. */
const maxCharacters = 1024 * 1024;

/**
 * Begins the shell, as the container's root. Three requests and three events of the engine, and the start of a process
 * in another's namespaces, come once and not with each run. It waits for a line of its input: when this program goes away
 * its input ends, and so does the shell. Rejects where the engine refuses or hands no connection over; one without a
 * shell is seen at the first run.
 * @param command for a shell; it gets no input
 */
export async function openRepeater(
  docker: Docker,
  id: string,
  command: string,
  { timeoutMs, signal }: RepeaterOptions,
): Promise<Repeater> {
  const { script, ending } = repeatLoop(command, 'joined');
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const body = {
    Cmd: ['sh', '-c', script],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    User: '0',
  };
  const { Id } = execAnswer.parse(
    await askEngine(docker, { method: 'POST', path: `/containers/${id}/exec`, body }, within),
  );
  const stream: NodeJS.ReadableStream = await docker.getExec(Id).start({
    Tty: false,
    hijack: true,
    abortSignal: within,
  });
  // An abort between two chunks has nobody else to tell.
  stream.on('error', () => {});
  if (!(stream instanceof Duplex)) {
    toReadable(stream).destroy();
    throw new Error('The engine hands no connection over.');
  }
  if (signal.aborted) stream.destroy();
  return createRepeater(stream, ending, signal);
}

function createRepeater(stream: Duplex, ending: RegExp, signal: AbortSignal): Repeater {
  const batches = demux(stream, false);
  const decoder = new TextDecoder();
  const leave = () => void stream.destroy();
  signal.addEventListener('abort', leave, { once: true });
  let text = '';

  async function readMore(): Promise<void> {
    const { value: pieces, done } = await batches.next();
    if (done) throw new Error('The shell in the container has ended.');
    for (const { output, bytes } of pieces) {
      // The other one is the shell's own.
      if (output === 'stdout') text += decoder.decode(bytes, { stream: true });
    }
    if (text.length > maxCharacters) throw new Error('The program in the container prints too much.');
  }

  return {
    async run(timeoutMs) {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        leave();
      }, timeoutMs);
      try {
        stream.write('\n');
        for (;;) {
          const found = ending.exec(text);
          if (found !== null) {
            const stdout = text.slice(0, found.index);
            text = text.slice(found.index + found[0].length);
            return { exitCode: Number(found[1]), stdout, stderr: '', isTimedOut: false };
          }
          await readMore();
        }
      } catch (error) {
        leave();
        if (signal.aborted) throw cancelled();
        if (!isLate) throw error;
        return { exitCode: null, stdout: text, stderr: '', isTimedOut: true };
      } finally {
        clearTimeout(timer);
      }
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', leave);
      leave();
      if (!stream.closed) await once(stream, 'close');
    },
  };
}
