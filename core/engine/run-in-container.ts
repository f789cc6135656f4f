import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { ProgramResult } from '../deps.ts';
import { askEngine } from './ask.ts';
import { demux } from './demux.ts';
import { toReadable } from './text-lines.ts';

export const execAnswer = z.object({ Id: z.string() });
const execState = z.object({ ExitCode: z.number().int().nullish() });

/** What a program may print before the rest is left out. */
const maxBytes = 1024 * 1024;

/**
 * Runs a program in a running container, as its root: what a NIM's own user may not do must not read like a broken
 * machine. One that is not there ends with 126 or 127, as the engine has it. Rejects where the engine refuses, is away,
 * or when the signal aborts; a program that is too slow is left to itself (an engine cannot end it) and `isTimedOut`.
 */
export async function runInContainer(
  docker: Docker,
  id: string,
  command: readonly string[],
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<ProgramResult> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const result: ProgramResult = { exitCode: null, stdout: '', stderr: '', isTimedOut: false };
  try {
    const body = { Cmd: [...command], AttachStdout: true, AttachStderr: true, User: '0' };
    const { Id } = execAnswer.parse(
      await askEngine(docker, { method: 'POST', path: `/containers/${id}/exec`, body }, within),
    );
    const answer = await docker.getExec(Id).start({ Detach: false, Tty: false, abortSignal: within });
    await readOutput(toReadable(answer), result, within);
    result.exitCode =
      execState.parse(await askEngine(docker, { method: 'GET', path: `/exec/${Id}/json` }, within)).ExitCode ?? null;
    return result;
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (!within.aborted) throw error;
    return { ...result, isTimedOut: true };
  }
}

async function readOutput(stream: Readable, into: ProgramResult, signal: AbortSignal): Promise<void> {
  const end = () => void stream.destroy();
  // An abort between two chunks has nobody else to tell.
  stream.on('error', () => {});
  signal.addEventListener('abort', end, { once: true });
  try {
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    for await (const pieces of demux(stream, false)) {
      for (const { output, bytes } of pieces) {
        if (into[output].length < maxBytes) into[output] += decoders[output].decode(bytes, { stream: true });
      }
    }
    if (signal.aborted) throw cancelled();
  } finally {
    signal.removeEventListener('abort', end);
    if (!stream.closed) {
      end();
      await once(stream, 'close');
    }
  }
}
