import { setTimeout as delay } from 'node:timers/promises';
import type { ChatTarget, TurnDelta } from '../../shared/contract/chat.ts';
import type { Api } from '../../shared/contract/index.ts';
import { isAppError } from '../../shared/errors.ts';
import type { KillableCore } from './killable-core.ts';
import { createRandom } from './random.ts';

/** What a crash may cost of an answer that is being written. */
export const mostLostMs = 500;

/** What is answered to a question: words that only this question has. */
export const piecesOf = (key: string) => {
  const random = createRandom(...Array.from(key, (letter) => letter.charCodeAt(0)));
  return Array.from({ length: 20 + random.below(80) }, (_, index) => `${key}:${index}${'ä'.repeat(random.below(30))} `);
};

/** An answer as it was seen, and, in the end, as it is kept. */
export interface Seen {
  key: string;
  conversationId: string;
  messageId: string;
  isNim: boolean;
  text: string;
  /** After which time so much was there. */
  at: { length: number; ms: number }[];
  /** What core said of it last. */
  last: TurnDelta | null;
  /** Life of core in which it was asked. */
  life: number;
}

export interface Talk {
  /** Asks no further question. Resolves when the last answer has ended. */
  end(): Promise<void>;
  seen: readonly Seen[];
  /** Sentences about what must not be. */
  wrong: readonly string[];
}

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

/** Asks one question after the other, and follows each answer over every break of the connection and of core. */
export function startTalk(
  core: KillableCore,
  about: { name: string; conversationId: string | null; target: () => ChatTarget },
): Talk {
  const seen: Seen[] = [];
  const wrong: string[] = [];
  let isEnding = false;
  let { conversationId } = about;

  async function ask(number: number): Promise<void> {
    const key = `${about.name}-${number}`;
    const target = about.target();
    const isNim = target.kind === 'nim';
    const api = await core.api();
    const life = core.lives();
    const text = isNim ? `/tokens 150 ${key}` : key;
    const begun = await api.chat.send({ conversationId, target, text, parameters });
    conversationId = begun.conversationId;
    const { messageId } = begun;
    const entry: Seen = { key, conversationId, messageId, isNim, text: '', at: [], last: null, life };
    seen.push(entry);
    while (!isFinal(entry.last)) await followOnce(entry, wrong);
  }

  async function followOnce(entry: Seen, problems: string[]): Promise<void> {
    const api = await core.api();
    const isAnotherLife = core.lives() !== entry.life;
    const textFrom = isAnotherLife ? 0 : entry.text.length;
    try {
      for await (const delta of api.chat.follow({ turnId: entry.messageId, textFrom, reasoningFrom: 0 })) {
        // What another life of core has kept is compared when all is over.
        if (!isAnotherLife) {
          entry.text += delta.text;
          entry.at.push({ length: entry.text.length, ms: performance.now() });
        }
        entry.last = delta;
      }
    } catch (error) {
      if (!isAppError(error, 'DISCONNECTED')) {
        problems.push(`${entry.key} cannot be followed: ${nameOf(error)}`);
        entry.last = null;
        throw error;
      }
      await delay(10);
    }
  }

  const run = async () => {
    for (let number = 0; !isEnding; number += 1) {
      try {
        await ask(number);
        // A NIM that is gone refuses at once: asked without a pause it makes a chat of a thousand questions.
        if (seen.at(-1)?.last?.state === 'failed') await delay(500);
      } catch (error) {
        if (!isNamed(error)) wrong.push(`a question failed without a name: ${nameOf(error)}`);
        await delay(200);
      }
    }
  };
  const running = run();
  return {
    seen,
    wrong,
    async end() {
      isEnding = true;
      await running;
    },
  };
}

export const isNamed = (error: unknown): boolean => isAppError(error) && error.code !== 'INTERNAL';
export const nameOf = (error: unknown): string =>
  isAppError(error) ? `${error.code}: ${error.message}` : error instanceof Error ? String(error.stack) : String(error);

function isFinal(last: TurnDelta | null): boolean {
  return last !== null && last.state !== 'waiting' && last.state !== 'streaming';
}

export interface Judged {
  wrong: string[];
  /** Of text that was seen and is gone, ms before the kill. */
  lostMs: number;
}

/** Whether what was seen of an answer is what is kept, as far as it must be. `killedAt`: when core was killed last. */
export async function judgeAnswer(api: Api, entry: Seen, killedAt: number | null, lives: number): Promise<Judged> {
  const wrong: string[] = [];
  const kept = await readMessage(api, entry);
  if (kept?.turn === undefined || kept.turn === null) return { wrong: [`${entry.key} is not there`], lostMs: 0 };
  const whole = piecesOf(entry.key).join('');
  const { state, failure } = kept.turn;
  if (!entry.isNim && !whole.startsWith(kept.text)) wrong.push(`${entry.key} is not what was said`);
  const isShort = kept.text.length < entry.text.length;
  if (!(isShort ? entry.text.startsWith(kept.text) : kept.text.startsWith(entry.text)))
    wrong.push(`${entry.key} is not what was shown`);
  if (state === 'done' && !entry.isNim && kept.text !== whole) wrong.push(`${entry.key} is done but not whole`);
  if (state === 'waiting' || state === 'streaming' || state === 'stopped') wrong.push(`${entry.key} is left ${state}`);
  if (state === 'failed' && (failure === null || failure.code === 'INTERNAL'))
    wrong.push(`${entry.key} failed without a name: ${failure?.message}`);
  const wasKilled = lives !== entry.life;
  if (state === 'interrupted' && !wasKilled) wrong.push(`${entry.key} was interrupted by nobody`);
  if (entry.last?.state === 'done' && state !== 'done') wrong.push(`${entry.key} was done and is ${state}`);
  if (!isShort) return { wrong, lostMs: 0 };
  const first = entry.at.find(({ length }) => length > kept.text.length);
  const lostMs = first === undefined || killedAt === null ? 0 : killedAt - first.ms;
  if (!wasKilled) wrong.push(`${entry.key}: ${entry.text.length - kept.text.length} letters are gone without a crash`);
  if (lostMs > mostLostMs) wrong.push(`${entry.key}: text of ${Math.round(lostMs)} ms is gone`);
  return { wrong, lostMs };
}

/** The message as it is kept; undefined: it is not there. */
export async function readMessage(api: Api, { conversationId, messageId }: Seen) {
  for (let from = 0, total = 1; from < total;) {
    const window = await api.chat.messages({ conversationId, from, count: 200 });
    const found = window.messages.find(({ id }) => id === messageId);
    if (found !== undefined || window.messages.length === 0) return found;
    from = window.from + window.messages.length;
    total = window.total;
  }
  return undefined;
}
