import { expect, onTestFinished, test } from 'vitest';
import type { Nim } from '../../shared/contract/nims.ts';
import { createCatalogService } from '../catalog/service.ts';
import type { NimsService } from '../nims/service.ts';
import { openStore } from '../store/open-store.ts';
import { createTestDeps } from '../testing/deps.ts';
import { startScriptedServer } from '../testing/scripted-http.ts';
import { createChatService } from './service.ts';

const nimId = 'ab'.repeat(32);
const parameters = { systemPrompt: null, temperature: 0.5, topP: null, maxTokens: null };
const says = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;

test.each([3, -3])(
  'a clock that is set by %s hours during an answer changes neither its times nor the order',
  async (hours) => {
    let clock = Date.now();
    const deps = createTestDeps({ now: () => clock });
    const nim = await startScriptedServer();
    const store = await openStore(deps);
    const present = { id: nimId, name: 'llama', status: 'ready', address: nim.address, models: ['llama'] };
    const nims = { get: () => present as unknown as Nim } as unknown as NimsService;
    const chat = await createChatService(deps, {
      nims,
      ngc: { key: async () => null },
      catalog: createCatalogService(),
      store,
    });
    onTestFinished(async () => {
      await chat.close();
      await store.close();
      await nim[Symbol.asyncDispose]();
      deps[Symbol.dispose]();
    });

    let conversationId: string | null = null;
    for (const text of ['one', 'two']) {
      const sending = chat.api.send({ conversationId, target: { kind: 'nim', nimId }, text, parameters });
      const asked = await nim.next();
      const begun = await sending;
      asked.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      await asked.write(says(`${text} begins`));
      clock += hours * 3_600_000;
      await asked.write(`${says(' and ends')}data: [DONE]\n\n`);
      asked.response.end();
      for await (const { state, timing } of chat.api.follow({ turnId: begun.turnId, textFrom: 0, reasoningFrom: 0 })) {
        if (state === 'waiting' || state === 'streaming') continue;
        expect(state).toBe('done');
        expect(timing.totalMs).toBeGreaterThan(0);
        expect(timing.totalMs).toBeLessThan(60_000);
        break;
      }
      ({ conversationId } = begun);
    }
    const { messages } = await chat.api.messages({ conversationId: conversationId ?? '', from: null, count: 10 });
    expect(messages.map(({ text }) => text)).toEqual(['one', 'one begins and ends', 'two', 'two begins and ends']);
  },
);
