import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ChatTarget, Message, TurnDelta } from '../../shared/contract/chat.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import type { ChatTargets } from '../../shared/contract/targets.ts';
import { type SandboxHosted, startHosted } from '../../sandbox/hosted/hosted.ts';
import { isGoodFor, practiceKeys } from '../../sandbox/ngc/keys.ts';
import { createCatalogService } from '../catalog/service.ts';
import { createValue } from '../lib/value.ts';
import type { NimsService } from '../nims/service.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { type NimProgram, startNim } from '../testing/sandbox.ts';
import { type ChatService, createChatService } from './service.ts';

// Programs of their own, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const picture = {
  kind: 'image',
  name: 'dot.png',
  mediaType: 'image/png',
  sizeBytes: 70,
  width: 1,
  height: 1,
  data: png,
} as const;
const weather = {
  name: 'weather',
  description: 'Tells the weather of a place.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

let deps: TestDeps;
let store: Store;
let chat: ChatService;
let hosted: SandboxHosted;
/** Chats, without a parser of tool calls. */
let plain: NimProgram;
/** Sees pictures, calls tools. */
let able: NimProgram;
let embedder: NimProgram;
let ranker: NimProgram;
const ids = { plain: 'a1'.repeat(32), able: 'b2'.repeat(32), embedder: 'c3'.repeat(32), ranker: 'd4'.repeat(32) };
const present = createValue<Nim[]>([]);
let ngcKey: string | null = null;

const nimOf = (id: string, name: string, program: NimProgram, model: string, reference: string) =>
  ({
    id,
    name,
    reference,
    status: 'ready',
    address: program.url,
    models: [model],
    gpus: { kind: 'all' },
    startedAt: '2026-11-30T00:00:00.000Z',
    nimVersion: '2.0.6',
  }) as unknown as Nim;

function makeChat(): Promise<ChatService> {
  return createChatService(deps, {
    nims: {
      get: (id: string) => present.get().find((nim) => nim.id === id)!,
      api: {
        async *watch(_input: object, { signal }: { signal?: AbortSignal } = {}) {
          for await (const nims of present.watch(signal)) yield { isKnown: true, nims };
        },
        inspect: async ({ nimId }: { nimId: string }) => ({
          capabilities: nimId === ids.able ? ['chat', 'vision', 'tools'] : [],
          contextTokens: 4096,
        }),
      },
    } as unknown as NimsService,
    ngc: { key: async () => ngcKey },
    catalog: createCatalogService(),
    store,
  });
}

beforeAll(async () => {
  const quick = { ttftMs: 0, tokensPerSecond: 0 };
  const env = (model: string, kind: string) => ({ NIMDECK_SANDBOX_MODEL: model, NIMDECK_SANDBOX_KIND: kind });
  [plain, able, embedder, ranker, hosted] = await Promise.all([
    startNim(quick),
    startNim({
      ...quick,
      args: ['--enable-auto-tool-choice', '--tool-call-parser', 'hermes'],
      env: env('example/vision-11b', 'vision'),
    }),
    startNim({ env: env('nvidia/llama-nemotron-embed-1b-v2', 'embedding') }),
    startNim({ env: env('nvidia/llama-nemotron-rerank-1b-v2', 'rerank') }),
    startHosted({ isRightKey: isGoodFor, behaviour: { ttftMs: 0, tokensPerSecond: 0, coldPolls: 1 } }),
  ]);
  await Promise.all([plain, able, embedder, ranker].map((nim) => nim.ready()));
  present.set([
    nimOf(ids.plain, 'plain', plain, 'example/chat-8b-instruct', 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.6'),
    nimOf(ids.able, 'able', able, 'example/vision-11b', 'example.org/vision:1'),
    nimOf(ids.embedder, 'embedder', embedder, 'nvidia/llama-nemotron-embed-1b-v2', 'example.org/embed:1'),
    nimOf(ids.ranker, 'ranker', ranker, 'nvidia/llama-nemotron-rerank-1b-v2', 'example.org/rank:1'),
  ]);
  deps = createTestDeps({ addressOf: (host) => new URL(hosted.hosts[host] ?? 'http://127.0.0.1:1') });
  store = await openStore(deps);
  chat = await makeChat();
});
afterAll(async () => {
  await chat.close();
  await store.close();
  await Promise.all([plain, able, embedder, ranker].map((nim) => nim.stop()));
  await hosted.close();
  deps[Symbol.dispose]();
});

const nimTarget = (id: keyof typeof ids): ChatTarget => ({ kind: 'nim', nimId: ids[id] });

async function ends(turnId: string): Promise<TurnDelta & { text: string }> {
  let text = '';
  let reasoning = '';
  let last: TurnDelta | null = null;
  for await (const delta of chat.api.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) {
    text += delta.text;
    reasoning += delta.reasoning;
    last = delta;
  }
  return { ...last!, text, reasoning };
}
const messagesOf = async (conversationId: string): Promise<Message[]> =>
  (await chat.api.messages({ conversationId, from: null, count: 100 })).messages;
type Wish = Partial<Parameters<ChatService['api']['send']>[0]>;
async function ask(text: string, wish: Wish = {}) {
  const begun = await chat.api.send({ conversationId: null, target: nimTarget('able'), text, parameters, ...wish });
  return { ...begun, ...(await ends(begun.turnId)) };
}
async function targets(isEnough: (targets: ChatTargets) => boolean): Promise<ChatTargets> {
  for await (const list of chat.api.targets({})) if (isEnough(list)) return list;
  throw new Error('the list ended');
}

describe('tools', () => {
  test('a call comes in pieces, is answered by hand, and the answer to that follows', async () => {
    const asked = await ask('What is the weather in Ulm?', { tools: [weather] });
    expect(asked).toMatchObject({ state: 'done', text: '', finishReason: 'tool_calls' });
    const [call] = asked.toolCalls;
    expect(call?.name).toBe('weather');
    expect(JSON.parse(call?.arguments ?? '')).toMatchObject({ city: expect.any(String) as string });

    const result = { callId: call!.id, name: '', content: '9 °C, rain', isError: false };
    await expect(
      chat.api.toolResult({
        messageId: asked.messageId,
        results: [{ ...result, callId: 'other' }],
        target: nimTarget('able'),
        parameters,
      }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const next = await chat.api.toolResult({
      messageId: asked.messageId,
      results: [result],
      target: nimTarget('able'),
      parameters,
    });
    expect(await ends(next.turnId)).toMatchObject({ state: 'done', text: 'The tool answered: 9 °C, rain' });
    const said = await messagesOf(asked.conversationId);
    expect(said.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(said[2]?.extras.toolResults).toEqual([{ ...result, name: 'weather' }]);
    expect(said[3]?.extras.request).toMatchObject({ tools: [weather] });
  });

  test('a NIM without a parser says so, with what it must be started with, and is known for it', async () => {
    const { failure } = await ask('weather?', { tools: [weather], target: nimTarget('plain') });
    expect(failure).toMatchObject({
      code: 'TOOLS_NOT_ENABLED',
      detail: {
        nimId: ids.plain,
        variable: 'NIM_PASSTHROUGH_ARGS',
        passthroughArgs: expect.stringContaining('--enable-auto-tool-choice --tool-call-parser ') as string,
      },
    });
    const { targets: list } = await targets(({ targets: all }) => all.some(({ name }) => name === 'plain'));
    expect(list.find(({ name }) => name === 'plain')?.capabilities.tools).toBe(false);
  });
});

describe('pictures and files', () => {
  test('a picture reaches a model that sees, and is kept', async () => {
    const asked = await ask('What is this?', { attachments: [picture] });
    expect(asked.text).toContain('one PNG picture of 1 × 1 pixels');
    expect(asked.timing.promptTokens).toBeGreaterThan(1613);
    const kept = await chat.api.attachment({ messageId: (await messagesOf(asked.conversationId))[0]!.id, index: 0 });
    expect(kept.data).toBe(png);
  });

  test('a model that does not see refuses it, and the target says so from then on', async () => {
    const { failure } = await ask('What is this?', { attachments: [picture], target: nimTarget('plain') });
    expect(failure).toMatchObject({ code: 'MODEL_REFUSED', message: expect.stringContaining('multimodal') as string });
    const { targets: list } = await targets(({ targets: all }) => all.some(({ corrected }) => corrected.length > 0));
    expect(list.find(({ name }) => name === 'plain')).toMatchObject({ capabilities: { vision: false } });
  });
});

describe('formats', () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, degrees: { type: 'integer' } },
    required: ['city', 'degrees'],
  };
  const responseFormat = { kind: 'schema', name: 'place', schema } as const;

  test('an answer that keeps to its schema is said to, one that does not is told where', async () => {
    const good = await ask('Ulm 9', { responseFormat });
    expect(JSON.parse(good.text)).toEqual({ city: 'Ulm', degrees: 9 });
    expect(good.validation).toEqual({ isValid: true, problems: [] });
    const bad = await ask('/echo {"city": 7}', { responseFormat: null });
    expect(bad.validation).toBeNull();
    const broken = await ask('/invalid Ulm 9', { responseFormat });
    expect(broken.validation).toMatchObject({ isValid: false, problems: [{ path: '' }] });
  });

  test('what is no schema is refused before anything is asked', async () => {
    await expect(
      ask('x', { responseFormat: { kind: 'schema', name: 'x', schema: { type: 'nonsense' } } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('versions and going on', () => {
  test('another answer stands beside the first, and both can be reached', async () => {
    const first = await ask('/echo one');
    const [question] = await messagesOf(first.conversationId);
    const again = await chat.api.answerAgain({
      conversationId: first.conversationId,
      parentId: question!.id,
      target: nimTarget('plain'),
      parameters,
    });
    await ends(again.turnId);
    const { messages } = await chat.api.messages({ conversationId: first.conversationId, from: null, count: 10 });
    expect(messages.at(-1)).toMatchObject({ id: again.messageId, versions: [first.messageId, again.messageId] });
  });

  test('an edited question is another branch', async () => {
    const first = await ask('/echo one');
    const edited = await ask('/echo two', { conversationId: first.conversationId, parentId: null });
    expect(edited.text).toBe('two');
    const said = await messagesOf(first.conversationId);
    expect(said.map(({ text }) => text)).toEqual(['/echo two', 'two']);
  });

  test('an answer that broke off goes on in its place; one that is whole does not', async () => {
    const broken = await ask('/tokens 30 /break 12');
    expect(broken).toMatchObject({ state: 'failed', failure: { code: 'STREAM_BROKEN' } });
    expect(broken.text.length).toBeGreaterThan(0);
    const before = await chat.api.get({ conversationId: broken.conversationId });
    const more = await chat.api.continue({ messageId: broken.messageId });
    expect(more.messageId).toBe(broken.messageId);
    // Another window learns of it from the lists.
    expect(more.end.updatedAt > before.updatedAt).toBe(true);
    expect(more.end.messages.at(-1)).toMatchObject({ id: broken.messageId, turn: { state: 'waiting' } });
    const whole = await ends(more.turnId);
    expect(whole).toMatchObject({ state: 'done', failure: null });
    expect(whole.text.startsWith(broken.text)).toBe(true);
    expect(whole.text.length).toBeGreaterThan(broken.text.length);
    // A broken stream says no tokens: the sum of both parts is not known.
    expect(whole.timing).toMatchObject({ completionTokens: null, ttftMs: broken.timing.ttftMs });
    expect(await messagesOf(broken.conversationId)).toHaveLength(2);
    await expect(chat.api.continue({ messageId: broken.messageId })).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('what went over the wire', () => {
  test('is shown as it was, without a key, and as a line that works', async () => {
    const asked = await ask('/short', { parameters: { ...parameters, temperature: 0.5 } });
    const raw = await chat.api.raw({ messageId: asked.messageId });
    expect(raw).toMatchObject({
      request: { url: `${able.url}/v1/chat/completions` },
      response: { status: 200 },
      isRebuilt: false,
    });
    expect(JSON.parse(raw.request.body)).toMatchObject({ temperature: 0.5, stream: true });
    expect(raw.response?.body).toContain('data: [DONE]');
    const { text } = await chat.api.curl({ messageId: asked.messageId });
    const body = /<<'NIMDECK_BODY'\n([\s\S]*)\nNIMDECK_BODY\n$/.exec(text)?.[1] ?? '';
    expect(text.startsWith(`curl --no-buffer '${able.url}/v1/chat/completions'`)).toBe(true);
    const again = await fetch(`${able.url}/v1/chat/completions`, { method: 'POST', body });
    expect(await again.text()).toContain('data: [DONE]');
  });
});

describe('numbers', () => {
  test('are those that the server has of the same answer, within 5 ms and 1 %', async () => {
    await able.control({ ttftMs: 40, tokensPerSecond: 500 });
    const off: { ttftMs: number; rate: number }[] = [];
    const isRight = ({ ttftMs, rate }: (typeof off)[number]) => ttftMs < 5 && rate < 0.01;
    // A busy machine adds to one answer or another; what is measured wrongly is wrong in all of them.
    while (off.length < 25 && !off.some(isRight)) {
      const { timing } = await ask('/tokens 200');
      const own = (await able.state()).record.at(-1)!;
      expect([timing.promptTokens, timing.completionTokens]).toEqual([own.promptTokens, own.completionTokens]);
      off.push({
        ttftMs: Math.abs(timing.ttftMs! - own.ttftMs!),
        rate: Math.abs(timing.tokensPerSecond! / own.tokensPerSecond! - 1),
      });
    }
    await able.control({ ttftMs: 0, tokensPerSecond: 0 });
    expect(off.filter(isRight), JSON.stringify(off)).toHaveLength(1);
  });
});

describe('embedding and ranking', () => {
  test('give plain numbers', async () => {
    const wish = { target: nimTarget('embedder'), inputType: 'passage', dimensions: null, truncate: null } as const;
    const { vectors, dimensions, promptTokens } = await chat.api.embed({
      ...wish,
      texts: ['a red fox', 'a red fox', 'tax law'],
    });
    expect([vectors.length, dimensions]).toEqual([3, 2048]);
    expect(promptTokens).toBeGreaterThan(0);
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    expect(dot(vectors[0]!, vectors[1]!)).toBeCloseTo(1, 3);
    expect(dot(vectors[0]!, vectors[2]!)).toBeLessThan(0.5);
    expect((await chat.api.embed({ ...wish, texts: ['x'], dimensions: 64 })).dimensions).toBe(64);
    await expect(chat.api.embed({ ...wish, texts: ['x'], inputType: null })).rejects.toMatchObject({
      code: 'MODEL_REFUSED',
      message: expect.stringContaining('input_type') as string,
    });
  });

  test('ranks best first, with logits', async () => {
    const { ranking } = await chat.api.rerank({
      target: nimTarget('ranker'),
      query: 'red fox',
      passages: ['tax law of 1990', 'the red fox runs', 'a fox'],
      truncate: null,
    });
    expect(ranking[0]?.index).toBe(1);
    expect(ranking.map(({ logit }) => logit)).toEqual(ranking.map(({ logit }) => logit).toSorted((a, b) => b - a));
  });
});

describe('hosted models', () => {
  const target = { kind: 'hosted', model: 'nvidia/nemotron-3.5-lightning-30b-a3b' } as const;

  test('are never asked before a key was chosen for them', async () => {
    ngcKey = practiceKeys.right;
    await expect(ask('x', { target })).rejects.toMatchObject({ code: 'NGC_KEY_MISSING' });
    const { targets: list, hosted: about } = await targets(({ targets: all }) => all.length > 20);
    expect(about).toMatchObject({ key: null, isLive: false });
    expect(list.find(({ target: each }) => each.kind === 'hosted' && each.model === target.model)?.state).toBe(
      'needs-key',
    );
  });

  test('answer with the key that was chosen, and it is nowhere but in the request', async () => {
    await chat.api.chooseHosted({ key: 'ngc' });
    const asked = await ask('/reason /short', { target });
    expect(asked).toMatchObject({ state: 'done', text: 'The sandbox is up and answers. ✅' });
    expect(asked.reasoning).toContain('tokens per second');
    const shown = JSON.stringify([
      await chat.api.raw({ messageId: asked.messageId }),
      await chat.api.curl({ messageId: asked.messageId }),
      await targets(({ hosted: about }) => about.isLive),
      await store.all('SELECT * FROM messages'),
      await store.all('SELECT * FROM conversations'),
    ]);
    expect(shown).not.toContain(practiceKeys.right);
    expect(shown).toContain('$NVIDIA_API_KEY');
  });

  test('a cold one is asked again; a retired one is said to be and marked', async () => {
    const cold = await ask('/echo warm', { target: { kind: 'hosted', model: 'nvidia/nemotron-3-ultra-550b-a55b' } });
    expect(cold).toMatchObject({ state: 'done', text: 'warm' });
    const gone = { kind: 'hosted', model: 'z-ai/glm-5.2' } as const;
    expect((await ask('x', { target: gone })).failure).toMatchObject({ code: 'MODEL_RETIRED' });
    const { targets: list } = await targets(({ hosted: about }) => about.isLive);
    expect(list.find(({ target: each }) => each.kind === 'hosted' && each.model === gone.model)?.state).toBe('retired');
  });

  test('a key of its own that NVIDIA refuses is said to be', async () => {
    await chat.api.chooseHosted({ key: 'own', value: practiceKeys.expired });
    expect((await ask('x', { target })).failure).toMatchObject({ code: 'KEY_NOT_ENTITLED' });
    await chat.api.chooseHosted({ key: 'none' });
    await expect(ask('x', { target })).rejects.toMatchObject({ code: 'NGC_KEY_MISSING' });
  });
});

describe('addresses', () => {
  test('any server of the language can be asked; its key goes to it alone', async () => {
    const { id, models } = await chat.api.saveAddress({
      id: null,
      name: 'Box',
      url: `${plain.url}/v1/`,
      model: null,
      key: 'sk-secret-1',
    });
    expect(models).toEqual(['example/chat-8b-instruct']);
    const { targets: list, addresses } = await targets(({ targets: all }) => all.some(({ name }) => name === 'Box'));
    expect(addresses).toEqual([{ id, name: 'Box', url: `${plain.url}/v1`, hasKey: true, failure: null }]);
    const target = list.find(({ name }) => name === 'Box')!.target;
    expect((await ask('/echo hi', { target })).text).toBe('hi');
    await expect(ask('x', { target: { ...target, url: `${able.url}/v1` } as ChatTarget })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect(JSON.stringify([list, await store.all('SELECT * FROM messages')])).not.toContain('sk-secret-1');
    await chat.close();
    chat = await makeChat();
    expect((await ask('/echo still', { target })).text).toBe('still');
    await chat.api.removeAddress({ id });
    await expect(ask('x', { target })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.each([
    ['not there', { url: 'http://127.0.0.1:1/v1' }, 'SERVER_UNAVAILABLE'],
    ['no address', { url: 'ftp://x' }, 'BAD_INPUT'],
    ['a password in it', { url: 'http://me:you@127.0.0.1/v1' }, 'BAD_INPUT'],
    ['a key that could be read on the way', { url: 'http://192.0.2.7:8000', key: 'sk-1' }, 'BAD_INPUT'],
  ])('%s', async (_name, wish, code) => {
    const saving = chat.api.saveAddress({ id: null, name: 'x', model: null, key: null, ...wish });
    await expect(saving).rejects.toMatchObject({ code });
  });
});
