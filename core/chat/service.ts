import { randomUUID } from 'node:crypto';
import type { Conversation, Message, TurnDelta } from '../../shared/contract/chat.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { createValue } from '../lib/value.ts';
import type { NimsService } from '../nims/service.ts';
import type { Store } from '../store/store.ts';
import { type Answer, isFinal, turnOf } from './answer.ts';
import { createConnections } from './connections.ts';
import { createConversations, shownConversations, type StoredMessage } from './conversations.ts';
import { createUndo } from './undo.ts';
import { type Exchange, newExchange } from './exchange.ts';
import { requestBody } from './openai.ts';
import { startTurn, type Turn } from './turn.ts';

export interface ChatService {
  api: Api['chat'];
  /** Saves what every turn has so far and closes the connections. */
  close(): Promise<void>;
}

/** Longer than the notice that offers it is shown, so that a press at its last moment still counts. */
const undoMs = 60_000;

export async function createChatService(deps: CoreDeps, nims: NimsService, store: Store): Promise<ChatService> {
  const conversations = createConversations(store);
  const instant = () => new Date(deps.now()).toISOString();
  const connections = createConnections();
  /** By the id of the message that it writes, which is the turn's id too. */
  const turns = new Map<string, Turn>();
  /** Conversations with an answer under way, from before the first await on. */
  const turnIn = new Map<string, string>();
  /** From before the first await on: a question that is being prepared must not bring one back. */
  const removed = new Set<string>();
  const undo = createUndo(undoMs);
  let isClosing = false;

  await conversations.interruptUnfinished();
  const list = createValue<Conversation[]>(await conversations.newest());
  const refresh = async () => list.set(await conversations.newest());

  function usable(nimId: string): { nim: Nim; address: string; model: string } {
    const nim = nims.get(nimId);
    const [model] = nim.models;
    if (nim.status !== 'ready' || nim.address === null || model === undefined) {
      throw new AppError('NIM_NOT_READY', `${nim.name} is not ready to answer.`, { status: nim.status });
    }
    return { nim, address: nim.address, model };
  }

  function report(error: unknown): AppError {
    const id = randomUUID();
    deps.log.error('chat.turn-failed', {
      id,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return new AppError('INTERNAL', 'Something unforeseen happened.', { id });
  }

  async function prepare(
    { conversationId, text, parameters }: Parameters<Api['chat']['send']>[0],
    id: string,
    nimName: string,
    model: string,
  ): Promise<{ exchange: Exchange; history: StoredMessage[] }> {
    const known = conversationId === null ? null : await conversations.get(conversationId);
    const history = known === null ? [] : await conversations.path(id, null);
    const position = await conversations.nextPosition(id);
    const about = { conversationId: id, known, history, position, text, parameters, nimName, model, now: instant() };
    return { exchange: newExchange(about), history };
  }

  /** The turn's own end, whoever still watches. */
  async function settle(messageId: string, conversationId: string, turn: Turn): Promise<void> {
    await turn.ended;
    turns.delete(messageId);
    turnIn.delete(conversationId);
  }

  async function stop(turnId: string | undefined): Promise<void> {
    if (turnId !== undefined) await turns.get(turnId)?.end('stopped');
  }

  return {
    api: {
      watch: (_input, { signal } = {}) => list.watch(signal),

      async messages({ conversationId }) {
        await conversations.get(conversationId);
        const stored = await conversations.messages(conversationId);
        // Of an answer under way core holds more than was saved.
        return stored.map(({ position: _position, ...message }) => withLive(message, turns.get(message.id)));
      },

      async send(input, { signal } = {}) {
        const { nim, address, model } = usable(input.nimId);
        const id = input.conversationId ?? randomUUID();
        if (turnIn.has(id)) throw new AppError('CONFLICT', 'An answer is still being written in this conversation.');
        turnIn.set(id, '');
        try {
          const { exchange, history } = await prepare(input, id, nim.name, model);
          if (signal?.aborted || isClosing) throw cancelled();
          if (removed.has(id)) throw new AppError('NOT_FOUND', 'This conversation is no longer there.');
          const { answer, conversation } = exchange;
          // At once: while the question is being kept the NIM can already read it.
          const kept = conversations.begin(exchange);
          const turn = startTurn({
            address,
            model,
            body: requestBody(model, history, input.text, input.parameters),
            connections,
            async save(saved) {
              await kept;
              await conversations.saveAnswer(answer.id, saved);
            },
            report,
          });
          turns.set(answer.id, turn);
          turnIn.set(id, answer.id);
          void settle(answer.id, id, turn);
          try {
            await kept;
          } catch (error) {
            await turn.end('stopped');
            throw error;
          }
          const others = list.get().filter((other) => other.id !== id);
          list.set([conversation, ...others].slice(0, shownConversations));
          return { conversationId: id, turnId: answer.id, messageId: answer.id };
        } catch (error) {
          if (turnIn.get(id) === '') turnIn.delete(id);
          throw error;
        }
      },

      async *follow({ turnId, textFrom, reasoningFrom }, { signal } = {}) {
        const turn = turns.get(turnId);
        if (turn === undefined) {
          const { turn: stored, text, reasoning } = await conversations.message(turnId);
          if (stored === null) throw new AppError('NOT_FOUND', 'This message is no answer.');
          yield deltaOf({ ...stored, text, reasoning }, textFrom, reasoningFrom);
          return;
        }
        let textAt = textFrom;
        let reasoningAt = reasoningFrom;
        for await (const answer of turn.changes(signal)) {
          const delta = deltaOf(answer, textAt, reasoningAt);
          textAt += delta.text.length;
          reasoningAt += delta.reasoning.length;
          yield delta;
          if (isFinal(delta.state)) return;
        }
      },

      async stop({ turnId }) {
        // One that has ended by itself is stopped as well.
        if (!turns.has(turnId)) await conversations.message(turnId);
        await stop(turnId);
        return {};
      },

      async rename({ conversationId, title }) {
        await conversations.rename(conversationId, title);
        await refresh();
        return {};
      },

      async remove({ conversationId }) {
        removed.add(conversationId);
        try {
          // First, so that what can be brought back is whole.
          await stop(turnIn.get(conversationId));
          undo.keep(conversationId, await conversations.take(conversationId));
        } catch (error) {
          removed.delete(conversationId);
          throw error;
        }
        await refresh();
        return {};
      },

      async restore({ conversationId }) {
        const taken = undo.take(conversationId);
        if (taken === null) throw new AppError('NOT_FOUND', 'This conversation can no longer be brought back.');
        try {
          await conversations.putBack(taken);
        } catch (error) {
          undo.keep(conversationId, taken);
          throw error;
        }
        removed.delete(conversationId);
        await refresh();
        return {};
      },
    },

    async close() {
      isClosing = true;
      undo.forgetAll();
      await Promise.all([...turns.values()].map((turn) => turn.end('interrupted')));
      await connections.close();
    },
  };
}

function withLive(message: Message, turn: Turn | undefined): Message {
  if (turn === undefined) return message;
  const answer = turn.answer();
  return { ...message, text: answer.text, reasoning: answer.reasoning, turn: turnOf(message.id, answer) };
}

function deltaOf(answer: Readonly<Answer>, textFrom: number, reasoningFrom: number): TurnDelta {
  const { text, reasoning, state, model, finishReason, timing, failure } = answer;
  return {
    textFrom,
    text: text.slice(textFrom),
    reasoningFrom,
    reasoning: reasoning.slice(reasoningFrom),
    state,
    model,
    finishReason,
    timing: { ...timing },
    failure,
  };
}
