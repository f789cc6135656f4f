import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Begun, Message, TurnDelta } from '../../shared/contract/chat.ts';
import type { MessageWindow } from '../../shared/contract/chat-history.ts';
import { type MessageExtras, noExtras } from '../../shared/contract/conversations.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { type Answer, isFinal, noTiming, turnOf } from './answer.ts';
import type { Connections } from './connections.ts';
import { type Conversations, pathIn, type StoredMessage } from './conversations.ts';
import { newExchange, type Exchange } from './exchange.ts';
import { explainFor } from './explain.ts';
import { type Parting, type Request, readRequest, requestOf, requestToKeep } from './kept-request.ts';
import type { RawLog } from './raw-log.ts';
import { requestBody } from './request-body.ts';
import type { Resolved, Targets } from './targets.ts';
import { startTurn, type Turn, nothingYet } from './turn.ts';
import { createUnforeseen } from './unforeseen.ts';
import { checkFormat } from './validate-answer.ts';

type SendInput = Parameters<Api['chat']['send']>[0];
type AgainInput = Parameters<Api['chat']['answerAgain']>[0];
type ResultInput = Parameters<Api['chat']['toolResult']>[0];
type ContinueInput = Parameters<Api['chat']['continue']>[0];

/** The part of chats that asks. What is asked is kept before a word of the answer has come. */
export interface Asking {
  send(input: SendInput, signal: AbortSignal | undefined): Promise<Begun>;
  answerAgain(input: AgainInput, signal: AbortSignal | undefined): Promise<Begun>;
  toolResult(input: ResultInput, signal: AbortSignal | undefined): Promise<Begun>;
  goOn(input: ContinueInput, signal: AbortSignal | undefined): Promise<Begun>;
  follow(
    from: { turnId: string; textFrom: number; reasoningFrom: number },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<TurnDelta, void, undefined>;
  stop(turnId: string): Promise<void>;
  /** The answer under way in the conversation, if there is one. */
  stopIn(conversationId: string): Promise<void>;
  /** With what core holds of an answer under way, which is more than was saved. */
  withLive<T extends Message>(message: T): T;
  close(): Promise<void>;
}

export interface AskingParts {
  conversations: Conversations;
  targets: Targets;
  connections: Connections;
  rawLog: RawLog;
  /** False: it was removed, and nothing must bring it back. */
  isThere(conversationId: string): boolean;
}

export function createAsking(deps: Pick<CoreDeps, 'now' | 'log'>, parts: AskingParts): Asking {
  const { conversations, targets, connections, rawLog } = parts;
  const instant = () => new Date(deps.now()).toISOString();
  /** By the id of the message that it writes, which is the turn's id too. */
  const turns = new Map<string, Turn>();
  /** Conversations with an answer under way, from before the first await on. */
  const turnIn = new Map<string, string>();
  const report = createUnforeseen(deps);
  let isClosing = false;

  /** One answer at a time in a conversation; what `begin` does has its place from before its first await on. */
  async function alone(
    id: string,
    signal: AbortSignal | undefined,
    begin: (check: () => void) => Promise<Begun>,
  ): Promise<Begun> {
    if (turnIn.has(id)) throw new AppError('CONFLICT', 'An answer is still being written in this conversation.');
    turnIn.set(id, '');
    try {
      return await begin(() => {
        if (signal?.aborted || isClosing) throw cancelled();
        if (!parts.isThere(id)) throw new AppError('NOT_FOUND', 'This conversation is no longer there.');
      });
    } catch (error) {
      if (turnIn.get(id) === '') turnIn.delete(id);
      throw error;
    }
  }

  /** Words, and who is to answer them: from here on it is the same for all of them. */
  async function ask(
    id: string,
    check: () => void,
    about: { asked: Request; resolved: Resolved; path: readonly StoredMessage[]; exchange: Exchange },
  ): Promise<Begun> {
    const { asked, resolved, path, exchange } = about;
    check();
    const { answer } = exchange;
    const begin = { ...nothingYet, model: resolved.model, extras: answer.extras };
    const write = () => conversations.begin(exchange);
    return await run(id, answer.id, { asked, resolved, path, begun: null, begin, write });
  }

  async function run(
    id: string,
    messageId: string,
    about: {
      asked: Request;
      resolved: Resolved;
      path: readonly StoredMessage[];
      begun: string | null;
      begin: Pick<Answer, 'text' | 'reasoning' | 'model' | 'timing' | 'extras'>;
      /** Keeps what is asked; gives the end of the path with the answer in it. */
      write: () => Promise<MessageWindow>;
    },
  ): Promise<Begun> {
    const { asked, resolved, path, begun, begin, write } = about;
    const { server, model } = resolved;
    const body = requestBody({ ...asked, model, path, begun });
    let isKept = true;
    const keep = async (saved: Answer) => {
      isKept = false;
      await conversations.saveAnswer(messageId, saved);
      isKept = true;
    };
    const turn = startTurn({
      server,
      body,
      connections,
      begin,
      responseFormat: asked.responseFormat,
      async save(saved) {
        await written;
        await keep(saved);
      },
      report,
      explain(failure) {
        targets.learn(asked.target, failure);
        return explainFor(failure, { target: asked.target, model });
      },
    });
    // The NIM reads the question while it is being kept: it was asked first, and at once.
    const written = write();
    turns.set(messageId, turn);
    turnIn.set(id, messageId);
    void settle(messageId, id, turn, { asked, resolved, body }, () => (isKept ? null : keep(turn.answer())));
    try {
      const end = await written;
      return {
        conversationId: id,
        turnId: messageId,
        messageId,
        end: { ...end, messages: end.messages.map(withLive) },
      };
    } catch (error) {
      await turn.end('stopped');
      throw error;
    }
  }

  /**
   * The turn's own end, whoever still watches. What could not be kept (a full disk) is held until it can be: `keep` tries
   * again, null: there is nothing to do.
   */
  async function settle(
    messageId: string,
    conversationId: string,
    turn: Turn,
    sent: Parting,
    keep: () => Promise<void> | null,
  ): Promise<void> {
    rawLog.keep(messageId, sent, turn);
    await turn.ended;
    turnIn.delete(conversationId);
    void letGo(messageId, turn, keep);
    const { state, reasoning, text, extras } = turn.answer();
    if (reasoning !== '') targets.learn(sent.asked.target, 'reasoning');
    if (extras.toolCalls.length > 0) targets.learn(sent.asked.target, 'tools');
    if (state === 'done' && text !== '') targets.learn(sent.asked.target, 'chat');
  }

  async function letGo(messageId: string, turn: Turn, keep: () => Promise<void> | null): Promise<void> {
    for (let isHeld = true; isHeld && !isClosing;) {
      try {
        await keep();
        isHeld = false;
      } catch (error) {
        if (!isAppError(error, 'DISK_FULL') && !isAppError(error, 'STORE_NOT_WRITABLE')) break;
        await delay(keepAgainMs, undefined, { ref: false });
      }
    }
    // It may be gone on with meanwhile.
    if (turns.get(messageId) === turn) turns.delete(messageId);
  }

  /** What an answer needs to begin, made while nothing has been kept yet. */
  async function prepare(id: string, wish: Wish, parentId: string | null | undefined, message: NewMessage | null) {
    const whole = wish.isNew ? null : await conversations.whole(id);
    // Null as a parent is a beginning of its own; to a path it means the end of what is shown.
    const path = whole === null || parentId === null ? [] : pathIn(whole, parentId ?? null);
    const exchange = newExchange({
      conversationId: id,
      known: whole?.conversation ?? null,
      parentId: path.at(-1)?.id ?? null,
      position: 1 + (whole?.messages ?? []).reduce((last, { position }) => Math.max(last, position), 0),
      message,
      asked: wish.asked,
      model: wish.resolved.model,
      name: wish.resolved.name,
      now: instant(),
    });
    return { path: exchange.question === null ? path : [...path, exchange.question], exchange };
  }

  async function wishOf(input: Omit<AgainInput, 'conversationId' | 'parentId'>, isNew: boolean): Promise<Wish> {
    const asked = requestOf(input);
    await checkFormat(asked.responseFormat);
    return { asked, resolved: await targets.resolve(asked.target, 'chat'), isNew };
  }

  function withLive<T extends Message>(message: T): T {
    const turn = turns.get(message.id);
    if (turn === undefined) return message;
    const answer = turn.answer();
    const { text, reasoning, extras } = answer;
    return { ...message, text, reasoning, extras, turn: turnOf(message.id, answer) };
  }

  async function messageOf(id: string, conversationId: string | null): Promise<StoredMessage> {
    const message = await conversations.message(id);
    if (conversationId === null || message.conversationId === conversationId) return message;
    throw new AppError('NOT_FOUND', 'This message is not in this conversation.');
  }

  return {
    async send(input, signal) {
      const { conversationId, parentId, text, attachments = [] } = input;
      if (text.trim() === '' && attachments.length === 0) throw new AppError('BAD_INPUT', 'There is nothing to send.');
      const id = conversationId ?? randomUUID();
      return alone(id, signal, async (check) => {
        const wish = await wishOf(input, conversationId === null);
        const message = { role: 'user', text, extras: { ...noExtras, attachments } } as const;
        if (parentId !== undefined && parentId !== null) await messageOf(parentId, id);
        return ask(id, check, { ...wish, ...(await prepare(id, wish, parentId, message)) });
      });
    },

    async answerAgain(input, signal) {
      const { conversationId: id, parentId } = input;
      return alone(id, signal, async (check) => {
        const wish = await wishOf(input, false);
        const { role } = await messageOf(parentId, id);
        if (role === 'assistant') throw new AppError('CONFLICT', 'Only a question can be answered again.');
        return ask(id, check, { ...wish, ...(await prepare(id, wish, parentId, null)) });
      });
    },

    async toolResult(input, signal) {
      const caller = await messageOf(input.messageId, null);
      const { conversationId: id, extras } = caller;
      const names = new Map(extras.toolCalls.map((call) => [call.id, call.name]));
      const unknown = input.results.find(({ callId }) => !names.has(callId));
      if (unknown !== undefined) throw new AppError('BAD_INPUT', `This answer made no call ${unknown.callId}.`);
      if (names.size > new Set(input.results.map(({ callId }) => callId)).size)
        throw new AppError('BAD_INPUT', 'Each call of this answer needs its result.');
      return alone(id, signal, async (check) => {
        const wish = await wishOf(withTools(input, extras), false);
        const results = input.results.map((each) => ({ ...each, name: names.get(each.callId) ?? each.name }));
        const message = { role: 'tool', text: '', extras: { ...noExtras, toolResults: results } } as const;
        return ask(id, check, { ...wish, ...(await prepare(id, wish, caller.id, message)) });
      });
    },

    async goOn({ messageId, target }, signal) {
      const message = await messageOf(messageId, null);
      const { conversationId: id, turn, extras, parentId } = message;
      const before = readRequest(extras.request);
      if (turn === null || turns.has(messageId) || parentId === null)
        throw new AppError('CONFLICT', 'There is no answer here that could go on.');
      if (turn.state === 'done' && turn.finishReason !== 'length')
        throw new AppError('CONFLICT', 'This answer is whole.');
      if (before === null && target === undefined)
        throw new AppError('CONFLICT', 'Who gave this answer was not kept; choose who is to go on.');
      return alone(id, signal, async (check) => {
        const whole = await conversations.whole(id);
        const wanted = target ?? before?.target;
        if (wanted === undefined) throw new AppError('CONFLICT', 'Nobody was chosen to go on.');
        const asked: Request = {
          ...(before ?? requestOf({ target: wanted, parameters: whole.conversation.parameters })),
          target: wanted,
        };
        const resolved = await targets.resolve(wanted, 'chat');
        const path = pathIn(whole, parentId);
        check();
        // Nothing but reasoning had come: that begins anew.
        const isEmpty = message.text === '';
        const begin = {
          text: message.text,
          reasoning: isEmpty ? '' : message.reasoning,
          model: resolved.model,
          timing: isEmpty ? noTiming : turn.timing,
          extras: { ...extras, toolCalls: [], validation: null, request: requestToKeep(asked) },
        };
        const begun = isEmpty ? null : message.text;
        return await run(id, messageId, {
          asked,
          resolved,
          path,
          begun,
          begin,
          write: () => conversations.touch(id, instant()),
        });
      });
    },

    async *follow({ turnId, textFrom, reasoningFrom }, signal) {
      const turn = turns.get(turnId);
      if (turn === undefined) {
        const { turn: stored, text, reasoning, extras } = await conversations.message(turnId);
        if (stored === null) throw new AppError('NOT_FOUND', 'This message is no answer.');
        yield deltaOf({ ...stored, text, reasoning, extras }, textFrom, reasoningFrom);
        return;
      }
      let textAt = textFrom;
      let reasoningAt = reasoningFrom;
      for await (const answer of turn.changes(signal)) {
        const delta = deltaOf(answer, textAt, reasoningAt);
        // That it waits is known to whoever asked; being told again takes them a frame.
        if (delta.state === 'waiting' && delta.text === '' && delta.reasoning === '') continue;
        textAt += delta.text.length;
        reasoningAt += delta.reasoning.length;
        yield delta;
        if (isFinal(delta.state)) return;
      }
    },

    async stop(turnId) {
      const turn = turns.get(turnId);
      // One that has ended by itself is stopped as well.
      if (turn === undefined) await conversations.message(turnId);
      else await turn.end('stopped');
    },

    async stopIn(conversationId) {
      await turns.get(turnIn.get(conversationId) ?? '')?.end('stopped');
    },

    withLive,

    async close() {
      isClosing = true;
      await Promise.all([...turns.values()].map((turn) => turn.end('interrupted')));
    },
  };
}

/** Who makes room on a full disk does not wait long for what was held back. */
const keepAgainMs = 1_000;

interface Wish {
  asked: Request;
  resolved: Resolved;
  isNew: boolean;
}

interface NewMessage {
  role: 'user' | 'tool';
  text: string;
  extras: MessageExtras;
}

/** Who asks on after a tool keeps the tools, unless told otherwise. */
function withTools<T extends Omit<AgainInput, 'conversationId' | 'parentId'>>(input: T, { request }: MessageExtras): T {
  const before = readRequest(request);
  return before === null || input.tools !== undefined ? input : { ...input, tools: [...before.tools] };
}

export function deltaOf(answer: Readonly<Answer>, textFrom: number, reasoningFrom: number): TurnDelta {
  const { text, reasoning, state, model, finishReason, timing, failure, extras } = answer;
  return {
    textFrom,
    text: text.slice(textFrom),
    reasoningFrom,
    reasoning: reasoning.slice(reasoningFrom),
    toolCalls: extras.toolCalls,
    state,
    model,
    finishReason,
    timing: { ...timing },
    failure,
    validation: extras.validation,
  };
}
