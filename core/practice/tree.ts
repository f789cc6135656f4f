import { setTimeout as delay } from 'node:timers/promises';
import { practiceMachine, type PracticeState, provokedFault } from '../../shared/contract/practice.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { z } from '../../shared/zod.ts';
import type { SandboxProcess, StartSandbox } from '../deps.ts';
import type { Logger } from '../lib/logger.ts';
import { createValue, type Value } from '../lib/value.ts';

/** What the tree prints when everything in it listens (`sandbox/start.ts`). */
const announcement = z.object({
  dockerHost: z.string().min(1),
  /** The program that stands in for nvidia-smi, and what comes before its arguments. */
  nvidiaSmi: z.array(z.string()).min(1),
  /** Stands in for /proc/meminfo. */
  memInfo: z.string().min(1),
  /** Stands in for /. */
  systemRoot: z.string().min(1),
  /** A JSON file: the space of its disk. */
  disk: z.string().min(1),
  /** Addresses on loopback, by the host that they stand in for; `*` for every other one. */
  hosts: z.record(z.string(), z.url()),
  key: z.string(),
  control: z.object({ address: z.url(), token: z.string() }),
});
export type Announcement = z.infer<typeof announcement>;

const treeState = z.object({
  machine: practiceMachine,
  speed: z.number(),
  faults: z.array(provokedFault),
});

/** The stand-ins that practice mode talks to: one process, started and ended with the practice core. */
export interface PracticeTree {
  readonly place: Announcement;
  readonly state: Value<PracticeState>;
  /** Changes what the stand-ins do. What cannot be done now (no NIM runs that could die) is a CONFLICT. */
  change(what: 'machine' | 'speed' | 'fault', body: Json, signal: AbortSignal | undefined): Promise<void>;
  close(): Promise<void>;
}

/** A cold start of Node on a loaded machine takes seconds. */
const startWithinMs = 30_000;
const followAgainAfterMs = 250;

/** @param options what `sandbox/practice/options.ts` reads; the folder at least */
export async function startTree(start: StartSandbox, options: { folder: string }, log: Logger): Promise<PracticeTree> {
  const child = start(JSON.stringify(options));
  const place = await readPlace(child);
  const closing = new AbortController();
  const ask = (path: string, init: RequestInit) =>
    fetch(new URL(path, place.control.address), {
      ...init,
      headers: { authorization: `Bearer ${place.control.token}` },
    });
  const first = Promise.withResolvers<void>();
  const state = createValue<PracticeState>({
    isRunning: true,
    machine: 'rtx-4090',
    speed: 1,
    faults: [],
    key: place.key,
  });

  const follow = async () => {
    const answer = await ask('/state', { signal: closing.signal });
    for await (const line of readLines(answer)) {
      state.set({ ...state.get(), ...treeState.parse(JSON.parse(line)) });
      first.resolve();
    }
    throw new Error('The stand-ins say nothing more.');
  };
  /** Node gives up an answer in which nothing comes for five minutes, and a state may stay for hours: it is asked for again. */
  const followOn = async () => {
    while (!closing.signal.aborted && state.get().isRunning) {
      try {
        await follow();
      } catch (error) {
        first.reject(error);
        if (closing.signal.aborted || !state.get().isRunning) return;
        log.info('practice.state-again', { error: String(error) });
        await delay(followAgainAfterMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      }
    }
  };
  void followOn();
  const noticeEnd = async () => {
    await child.ended;
    if (closing.signal.aborted) return;
    log.error('practice.tree-ended');
    state.set({ ...state.get(), isRunning: false, faults: [] });
  };
  void noticeEnd();
  try {
    await first.promise;
  } catch (error) {
    closing.abort();
    await child.stop();
    throw cannotStart(error);
  }

  return {
    place,
    state,
    async change(what, body, signal) {
      if (!state.get().isRunning) throw new AppError('PRACTICE_ENDED', 'The stand-ins have ended.');
      const answer = await ask(`/${what}`, { method: 'POST', body: JSON.stringify(body), signal: signal ?? null });
      const text = await answer.text();
      if (answer.ok) return;
      if (answer.status === 409) throw new AppError('CONFLICT', text);
      throw new Error(`The stand-ins answered ${answer.status}: ${text}`);
    },
    async close() {
      closing.abort();
      await child.stop();
    },
  };
}

async function readPlace(child: SandboxProcess): Promise<Announcement> {
  const timer = setTimeout(() => void child.stop(), startWithinMs);
  try {
    return announcement.parse(JSON.parse(await child.announced));
  } catch (error) {
    await child.stop();
    throw cannotStart(error);
  } finally {
    clearTimeout(timer);
  }
}

function cannotStart(error: unknown): AppError {
  if (isAppError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('PRACTICE_UNAVAILABLE', reason, undefined, { cause: error });
}

async function* readLines(answer: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
