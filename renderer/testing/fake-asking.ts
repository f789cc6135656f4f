import type { ChatTargets } from '../../shared/contract/targets.ts';
import type { CallOptions } from '../../shared/rpc/contract.ts';

type FakeRequest = <Input, Output>(
  operation: string,
  answer: (input: Input) => Output,
) => (input: Input, options?: CallOptions) => Promise<Output>;

export const noTargets: ChatTargets = {
  targets: [],
  hosted: { key: null, keyHint: null, isLive: false, failure: null },
  addresses: [],
};

const nothing = () => ({});
const begun = { conversationId: 'conversation-new', turnId: 'turn-new', messageId: 'message-new' };

/** The part of `chat` that asks, beside `send`. */
export function fakeAsking(request: FakeRequest) {
  return {
    answerAgain: request('chat.answerAgain', ({ conversationId }: { conversationId: string }) => ({
      ...begun,
      conversationId,
    })),
    toolResult: request('chat.toolResult', () => begun),
    continue: request('chat.continue', ({ messageId }: { messageId: string }) => ({
      ...begun,
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
    useHosted: request('chat.useHosted', nothing),
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
