import type { Nim, NimList } from '../../shared/contract/nims.ts';
import type { MessageWindow } from '../../shared/contract/chat-history.ts';
import type { ChatTargets, TargetInfo } from '../../shared/contract/targets.ts';
import type { CallOptions } from '../../shared/rpc/contract.ts';
import { mapped, type Watchable } from './watchable.ts';

type FakeRequest = <Input, Output>(
  operation: string,
  answer: (input: Input) => Output,
) => (input: Input, options?: CallOptions) => Promise<Output>;

export const noTargets: ChatTargets = {
  targets: [],
  hosted: { key: null, keyHint: null, isLive: false, failure: null },
  addresses: [],
};

const stateOf = ({ status }: Nim): TargetInfo['state'] =>
  status === 'ready'
    ? 'ready'
    : status === 'starting'
      ? 'starting'
      : status === 'stopped'
        ? 'startable'
        : 'unavailable';

/** As core tells of a NIM of which nothing but its kind is known. */
export function fakeTarget(nim: Nim, changes: Partial<TargetInfo> = {}): TargetInfo {
  return {
    target: { kind: 'nim', nimId: nim.id },
    name: nim.name,
    model: nim.models[0] ?? null,
    state: stateOf(nim),
    status: nim.status,
    gpus: nim.gpus,
    capabilities: { chat: true, vision: null, tools: null, reasoning: null, embedding: false, rerank: false },
    corrected: [],
    contextTokens: 131_072,
    ...changes,
  };
}

/** Those that a test has set, or the NIMs that it has. */
export function targetsOf(world: {
  nims: Watchable<NimList>;
  targets: Watchable<ChatTargets>;
}): Watchable<ChatTargets> {
  if (world.targets.get() !== noTargets) return world.targets;
  return mapped(world.nims, ({ nims }) => ({ ...noTargets, targets: nims.map((nim) => fakeTarget(nim)) }));
}

const nothing = () => ({});
const begun = { conversationId: 'conversation-new', turnId: 'turn-new', messageId: 'message-new' };

/** The part of `chat` that asks. `end`: of the path that is shown. */
export function fakeAsking(request: FakeRequest, end: () => MessageWindow) {
  return {
    send: request('chat.send', ({ conversationId }: { conversationId: string | null }) => ({
      ...begun,
      end: end(),
      conversationId: conversationId ?? begun.conversationId,
    })),
    answerAgain: request('chat.answerAgain', ({ conversationId }: { conversationId: string }) => ({
      ...begun,
      end: end(),
      conversationId,
    })),
    toolResult: request('chat.toolResult', () => ({ ...begun, end: end() })),
    continue: request('chat.continue', ({ messageId }: { messageId: string }) => ({
      ...begun,
      end: end(),
      turnId: messageId,
      messageId,
    })),
    raw: request('chat.raw', () => ({
      request: { method: 'POST', url: 'http://127.0.0.1:8000/v1/chat/completions', headers: {}, body: '{}' },
      response: null,
      isRebuilt: false,
    })),
    curl: request('chat.curl', () => ({ text: "curl 'http://127.0.0.1:8000/v1/chat/completions'" })),
    refreshTargets: request('chat.refreshTargets', nothing),
    saveAddress: request('chat.saveAddress', () => ({ id: 'address-new', models: ['some/model'] })),
    removeAddress: request('chat.removeAddress', nothing),
    chooseHosted: request('chat.chooseHosted', nothing),
    embed: request('chat.embed', ({ texts }: { texts: string[] }) => ({
      vectors: texts.map((_text, index) => [1, index, 0]),
      dimensions: 3,
      totalMs: 12,
      promptTokens: 9,
      model: 'some/embedder',
    })),
    rerank: request('chat.rerank', ({ passages }: { passages: string[] }) => ({
      ranking: passages.map((_text, index) => ({ index, logit: -index })),
      totalMs: 12,
      promptTokens: 9,
      model: 'some/reranker',
    })),
  };
}
