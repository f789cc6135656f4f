import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TurnDelta } from '../../shared/contract/chat.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import type { NimsService } from '../nims/service.ts';
import { createCatalogService } from '../catalog/service.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { type NimProgram, startNim } from '../testing/sandbox.ts';
import { type ChatService, createChatService } from './service.ts';

// Each start is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const nimId = 'ab'.repeat(32);
const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

describe('a chat with the NIM stand-in', () => {
  let nim: NimProgram;
  let deps: TestDeps;
  let store: Store;
  let chat: ChatService;
  let present: Nim;
  let models: string[];

  beforeAll(async () => {
    nim = await startNim();
    await nim.ready();
    const served = (await (await fetch(`${nim.url}/v1/models`)).json()) as { data: { id: string }[] };
    models = served.data.map(({ id }) => id);
  });
  afterAll(() => nim.stop());
  beforeEach(async () => {
    await nim.control({ ttftMs: 0, tokensPerSecond: 0, condition: 'ready' });
    deps = createTestDeps();
    store = await openStore(deps);
    present = { id: nimId, name: 'llama', status: 'ready', address: nim.url, models } as unknown as Nim;
    chat = await createChatService(deps, {
      nims: { get: () => present } as unknown as NimsService,
      ngc: { key: async () => null },
      catalog: createCatalogService(),
      store,
    });
  });
  afterEach(async () => {
    await chat.close();
    await store.close();
    deps[Symbol.dispose]();
  });

  const ask = (text: string, conversationId: string | null = null) =>
    chat.api.send({ conversationId, target: { kind: 'nim', nimId }, text, parameters });

  async function follow(turnId: string, isEnough: (text: string) => boolean = () => false) {
    let text = '';
    let last: TurnDelta | null = null;
    for await (const delta of chat.api.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) {
      text += delta.text;
      last = delta;
      if (isEnough(text)) break;
    }
    return { ...last!, text };
  }

  test('every reader gets the whole answer, and it is what is kept', async () => {
    const { turnId, conversationId } = await ask('Show me a long answer with code and a table');
    const answers = await Promise.all(Array.from({ length: 8 }, () => follow(turnId)));
    const kept = (await chat.api.messages({ conversationId, from: null, count: 10 })).messages.at(-1);
    expect(kept?.text.length).toBeGreaterThan(100);
    for (const { text, state } of answers) {
      expect(state).toBe('done');
      expect(text).toBe(kept?.text);
    }
    const { timing } = kept!.turn!;
    expect(timing.promptTokens).toBeGreaterThan(0);
    expect(timing.completionTokens).toBeGreaterThan(10);
    expect(kept?.turn?.finishReason).toBe('stop');
  });

  test('time to first token and rate are those of the NIM', async () => {
    await nim.control({ ttftMs: 300, tokensPerSecond: 500 });
    const { turnId } = await ask('hello');
    const { timing } = await follow(turnId);
    expect(timing.ttftMs).toBeGreaterThanOrEqual(290);
    expect(timing.ttftMs).toBeLessThan(3000);
    expect(timing.tokensPerSecond).toBeGreaterThan(50);
    expect(timing.tokensPerSecond).toBeLessThan(700);
  });

  test('stop frees the GPU', async () => {
    await nim.control({ tokensPerSecond: 20 });
    const { aborted } = await nim.state();
    const { turnId, conversationId } = await ask('Show me a long answer');
    await follow(turnId, (text) => text.length > 10);
    await chat.api.stop({ turnId });
    await expect.poll(() => nim.state()).toMatchObject({ running: 0, aborted: aborted + 1 });
    const kept = (await chat.api.messages({ conversationId, from: null, count: 10 })).messages.at(-1);
    expect(kept).toMatchObject({ turn: { state: 'stopped' } });
    expect(kept?.text.length).toBeGreaterThan(10);
  });

  test('a NIM whose connections are reset in mid-answer', async () => {
    await nim.control({ tokensPerSecond: 20 });
    const { turnId } = await ask('Show me a long answer');
    await follow(turnId, (text) => text.length > 10);
    await nim.control({ breakStreams: true });
    const last = await follow(turnId);
    expect(last).toMatchObject({ state: 'failed', failure: { code: 'STREAM_BROKEN' } });
    expect(last.text.length).toBeGreaterThan(10);
  });

  test('a NIM that became unhealthy', async () => {
    await nim.control({ condition: 'unhealthy' });
    const { turnId } = await ask('hello');
    const last = await follow(turnId);
    expect(last.state).toBe('failed');
    expect(['NIM_NOT_READY', 'NIM_ENGINE_DIED']).toContain(last.failure?.code);
  });

  test('a model that it does not serve', async () => {
    present = { ...present, models: ['other/model'] };
    const { turnId } = await ask('hello');
    expect(await follow(turnId)).toMatchObject({ state: 'failed', failure: { code: 'MODEL_NOT_SERVED' } });
  });

  test('a question that is longer than its context', async () => {
    const { turnId } = await ask('word '.repeat(190_000));
    expect(await follow(turnId)).toMatchObject({ state: 'failed', failure: { code: 'CONTEXT_TOO_LONG' } });
  });

  test('a NIM that dies in mid-answer', async () => {
    const mortal = await startNim({ tokensPerSecond: 20, ttftMs: 0 });
    await mortal.ready();
    present = { ...present, address: mortal.url };
    const { turnId, conversationId } = await ask('Show me a long answer');
    await follow(turnId, (text) => text.length > 10);
    process.kill(mortal.pid, 'SIGKILL');
    expect(await follow(turnId)).toMatchObject({ state: 'failed', failure: { code: 'STREAM_BROKEN' } });
    await mortal.exited;
    const again = await ask('and now?', conversationId);
    expect(await follow(again.turnId)).toMatchObject({ state: 'failed', failure: { code: 'NIM_NOT_READY' } });
  });
});
