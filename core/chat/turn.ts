import type { ResponseFormat } from '../../shared/contract/chat.ts';
import { type AppError, isAppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { createValue } from '../lib/value.ts';
import { type Answer, noTiming } from './answer.ts';
import { type Arrived, askModel, type Server } from './ask.ts';
import type { Connections } from './connections.ts';
import { createRawText } from './raw-text.ts';
import { createThinkTags } from './think-tags.ts';
import { createMeter } from './meter.ts';
import { addToolCall } from './tool-calls.ts';
import { validateAnswer } from './validate-answer.ts';

export interface TurnParts {
  server: Server;
  body: Json;
  connections: Connections;
  /** Where it begins: empty, or what an answer has that is gone on with. */
  begin: Pick<Answer, 'text' | 'reasoning' | 'model' | 'timing' | 'extras'>;
  responseFormat: ResponseFormat | null;
  /** One call at a time. */
  save(answer: Answer): Promise<void>;
  /** Something nobody foresaw: goes to the log, gives the number under which it is found there. */
  report(error: unknown): AppError;
  /** What its failure means for whoever asked: words for what to do next may be added. */
  explain(failure: AppError): AppError;
}

/** What came over the wire. */
export interface TurnReply {
  status: number;
  headers: Record<string, string>;
  body: string;
  isCut: boolean;
}

/** An answer in progress. It belongs to core: whoever watches may come and go. */
export interface Turn {
  answer(): Readonly<Answer>;
  /** Once for the present answer, then whenever it has grown or changed; what grew meanwhile is one change. */
  changes(signal: AbortSignal | undefined): AsyncGenerator<Readonly<Answer>, void, undefined>;
  /** Closes the connection to the NIM at once, so that the GPU stops too; keeps the text. Resolves when it is saved. */
  end(as: 'stopped' | 'interrupted'): Promise<void>;
  /** What has come so far; null: nothing has. */
  reply(): TurnReply | null;
  readonly ended: Promise<void>;
}

/** A crash is to lose no more than half a second of an answer: this, and what a save takes, counted from when it was due. */
const saveEveryMs = 300;
/**
 * On a busy machine timers are late and saves slow, so what the last ones took, twice over, is taken off the wait. That
 * does not make it sure: at loads of 8 to 40 on two processors 4 of 100 crashes lost more than half a second with 300 ms
 * alone, and 3 of 100 with this.
 */
const mostLostMs = 450;
const leastPauseMs = 50;
export const pauseAfter = (tookMs: number) => Math.max(leastPauseMs, Math.min(saveEveryMs, mostLostMs - 2 * tookMs));

export function startTurn(parts: TurnParts): Turn {
  const { server, body, connections, begin } = parts;
  const answer: Answer = {
    text: begin.text,
    reasoning: begin.reasoning,
    state: 'waiting',
    model: begin.model,
    finishReason: null,
    timing: { ...begin.timing },
    failure: null,
    extras: { ...begin.extras },
  };
  /** Always the same object, which grows: a slow reader finds in it all that it has missed. */
  const state = createValue<Readonly<Answer>>(answer);
  const stopping = new AbortController();
  let endedAs: 'stopped' | 'interrupted' = 'stopped';
  const meter = createMeter(begin.timing);
  // What is gone on with has had its beginning.
  const tags = begin.text === '' ? createThinkTags() : null;
  const places: number[] = [];
  const raw = createRawText();
  let head: { status: number; headers: Record<string, string> } | null = null;
  let saving: Promise<void> = Promise.resolve();
  let saveTimer: NodeJS.Timeout | null = null;
  /** A save waits for the one before it, and takes along all that has come until it begins. */
  let isSaveQueued = false;
  /** What a save takes now: a slow one counts at once, a quick one after it by half. */
  let tookMs = 0;
  let saveFailure: AppError | null = null;

  function append({ delta, at }: Arrived): void {
    const { finishReason, usage, toolCalls, model } = delta;
    const split = tags?.push(delta.text) ?? { text: delta.text, reasoning: '' };
    const isSomething = delta.text !== '' || delta.reasoning !== '' || toolCalls.length > 0;
    if (isSomething) {
      meter.piece(at, split.text.trim() !== '');
      answer.text += split.text;
      answer.reasoning += delta.reasoning + split.reasoning;
      for (const piece of toolCalls) {
        answer.extras.toolCalls = addToolCall(answer.extras.toolCalls, piece, places);
      }
      answer.state = 'streaming';
    }
    if (finishReason !== null) answer.finishReason = finishReason;
    if (usage !== null) meter.usage(usage);
    if (model !== null) answer.model = model;
    // The chunk that only names the role comes just before the first token, which whoever watches would get a frame later.
    if (!isSomething && finishReason === null && usage === null) return;
    answer.timing = meter.timing();
    state.set(answer);
    planSave();
  }

  function planSave(): void {
    if (saveTimer !== null) return;
    const pauseMs = pauseAfter(tookMs);
    const dueAt = performance.now() + pauseMs;
    saveTimer = setTimeout(() => saveSoon(dueAt), pauseMs);
  }

  function saveSoon(dueAt: number): void {
    saveTimer = null;
    if (isSaveQueued) return;
    isSaveQueued = true;
    saving = saving
      .then(() => save(dueAt))
      .catch((error: unknown) => {
        // An answer that cannot be kept is no answer to go on with: the user is told while the text is on the screen.
        saveFailure = isAppError(error) ? error : parts.report(error);
        stopping.abort();
      });
  }

  async function save(dueAt: number): Promise<void> {
    isSaveQueued = false;
    await parts.save(copy());
    tookMs = Math.max(performance.now() - dueAt, tookMs / 2);
  }

  const copy = (): Answer => ({ ...answer, timing: { ...answer.timing }, extras: { ...answer.extras } });

  async function run(): Promise<void> {
    let failure: AppError | null = null;
    try {
      const answers = askModel({
        server,
        body,
        connections,
        signal: stopping.signal,
        onSend: (at) => meter.sent(at),
        onHead: (status, headers) => (head = { status, headers }),
        onText: (text) => raw.push(text),
      });
      for await (const arrived of answers) append(arrived);
    } catch (error) {
      if (!stopping.signal.aborted) failure = isAppError(error) ? parts.explain(error) : parts.report(error);
    }
    if (saveTimer !== null) clearTimeout(saveTimer);
    await saving;
    await conclude(saveFailure ?? failure);
  }

  /** The end is shown when it is kept, so that what was seen as done is there after a crash. */
  async function conclude(failure: AppError | null): Promise<void> {
    const last = copy();
    const held = tags?.end() ?? { text: '', reasoning: '' };
    last.text += held.text;
    last.reasoning += held.reasoning;
    last.timing = meter.end(performance.now());
    if (failure !== null) {
      last.state = 'failed';
      last.failure = failure.toFailure();
    } else last.state = stopping.signal.aborted ? endedAs : 'done';
    try {
      last.extras.validation = await validationOf(last);
      if (saveFailure === null) await parts.save(last);
    } catch (error) {
      last.state = 'failed';
      last.failure = (isAppError(error) ? error : parts.report(error)).toFailure();
    }
    Object.assign(answer, last);
    state.set(answer);
  }

  async function validationOf({ state: now, text, extras }: Answer) {
    const { responseFormat } = parts;
    const isWhole = now === 'done' && (text !== '' || extras.toolCalls.length === 0);
    return responseFormat === null || !isWhole ? null : await validateAnswer(text, responseFormat);
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
    reply() {
      const { text, isCut } = raw.read();
      return head === null ? null : { ...head, body: text, isCut };
    },
    ended,
  };
}

export const nothingYet = { text: '', reasoning: '', timing: noTiming } as const;
