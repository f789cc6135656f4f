import { type AppError, isAppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { createValue } from '../lib/value.ts';
import { type Answer, noTiming } from './answer.ts';
import { askNim } from './ask.ts';
import type { Connections } from './connections.ts';
import type { Delta } from './openai.ts';

export interface TurnParts {
  /** `http://127.0.0.1:PORT` */
  address: string;
  model: string;
  body: Json;
  connections: Connections;
  /** One call at a time. */
  save(answer: Answer): Promise<void>;
  /** Something nobody foresaw: goes to the log, gives the number under which it is found there. */
  report(error: unknown): AppError;
}

/** An answer in progress. It belongs to core: whoever watches may come and go. */
export interface Turn {
  answer(): Readonly<Answer>;
  /** Once for the present answer, then whenever it has grown or changed; what grew meanwhile is one change. */
  changes(signal: AbortSignal | undefined): AsyncGenerator<Readonly<Answer>, void, undefined>;
  /** Closes the connection to the NIM at once, so that the GPU stops too; keeps the text. Resolves when it is saved. */
  end(as: 'stopped' | 'interrupted'): Promise<void>;
  readonly ended: Promise<void>;
}

/** A crash loses no more than this of an answer. */
const saveEveryMs = 500;

export function startTurn(parts: TurnParts): Turn {
  const { address, model, body, connections } = parts;
  const answer: Answer = {
    text: '',
    reasoning: '',
    state: 'waiting',
    model,
    finishReason: null,
    timing: { ...noTiming },
    failure: null,
  };
  /** Always the same object, which grows: a slow reader finds in it all that it has missed. */
  const state = createValue<Readonly<Answer>>(answer);
  const stopping = new AbortController();
  let endedAs: 'stopped' | 'interrupted' = 'stopped';
  const sentAt = performance.now();
  let firstTokenAt: number | null = null;
  let lastTokenAt = 0;
  let saving: Promise<void> = Promise.resolve();
  let saveTimer: NodeJS.Timeout | null = null;
  let saveFailure: AppError | null = null;

  function append({ text, reasoning, finishReason, usage }: Delta): void {
    if (text !== '' || reasoning !== '') {
      lastTokenAt = performance.now();
      firstTokenAt ??= lastTokenAt;
      answer.timing.ttftMs = firstTokenAt - sentAt;
      answer.text += text;
      answer.reasoning += reasoning;
      answer.state = 'streaming';
    }
    if (finishReason !== null) answer.finishReason = finishReason;
    if (usage !== null) {
      answer.timing.promptTokens = usage.promptTokens;
      answer.timing.completionTokens = usage.completionTokens;
    }
    state.set(answer);
    saveTimer ??= setTimeout(saveSoon, saveEveryMs);
  }

  function saveSoon(): void {
    saveTimer = null;
    saving = saving
      .then(() => parts.save(copy()))
      .catch((error: unknown) => {
        // An answer that cannot be kept is no answer to go on with: the user is told while the text is on the screen.
        saveFailure = isAppError(error) ? error : parts.report(error);
        stopping.abort();
      });
  }

  const copy = (): Answer => ({ ...answer, timing: { ...answer.timing } });

  async function run(): Promise<void> {
    let failure: AppError | null = null;
    try {
      const url = new URL('/v1/chat/completions', address);
      for await (const delta of askNim({ url, body, connections, signal: stopping.signal })) append(delta);
    } catch (error) {
      if (!stopping.signal.aborted) failure = isAppError(error) ? error : parts.report(error);
    }
    if (saveTimer !== null) clearTimeout(saveTimer);
    await saving;
    await conclude(saveFailure ?? failure);
  }

  /** The end is shown when it is kept, so that what was seen as done is there after a crash. */
  async function conclude(failure: AppError | null): Promise<void> {
    const last = copy();
    last.timing.totalMs = performance.now() - sentAt;
    last.timing.tokensPerSecond = tokensPerSecond(last.timing.completionTokens, firstTokenAt, lastTokenAt);
    if (failure !== null) {
      last.state = 'failed';
      last.failure = failure.toFailure();
    } else last.state = stopping.signal.aborted ? endedAs : 'done';
    try {
      if (saveFailure === null) await parts.save(last);
    } catch (error) {
      last.state = 'failed';
      last.failure = (isAppError(error) ? error : parts.report(error)).toFailure();
    }
    Object.assign(answer, last);
    state.set(answer);
  }

  const ended = run();

  return {
    answer: () => answer,
    changes: (signal) => state.watch(signal),
    end(as) {
      if (!stopping.signal.aborted) endedAs = as;
      stopping.abort();
      return ended;
    },
    ended,
  };
}

/** Tokens after the first ÷ time after the first. */
function tokensPerSecond(tokens: number | null, firstAt: number | null, lastAt: number): number | null {
  if (tokens === null || tokens < 2 || firstAt === null || lastAt <= firstAt) return null;
  return ((tokens - 1) * 1000) / (lastAt - firstAt);
}
