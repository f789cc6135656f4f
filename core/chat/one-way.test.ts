import { expect, it } from 'vitest';
import type { NimsService } from '../nims/service.ts';
import { openStore } from '../store/open-store.ts';
import { countCalls } from '../testing/count-calls.ts';
import { createTestDeps } from '../testing/deps.ts';
import { startScriptedServer } from '../testing/scripted-http.ts';
import { createChatService } from './service.ts';

it('a token passes each function on its way once, however many watch', async () => {
  const count = 500;
  using deps = createTestDeps();
  await using nim = await startScriptedServer();
  const store = await openStore(deps);
  const present = { id: 'ab'.repeat(32), name: 'n', status: 'ready', address: nim.address, models: ['m'] };
  const chat = await createChatService(deps, { get: () => present } as unknown as NimsService, store);
  const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
  const texts: string[] = [];

  async function follow(turnId: string): Promise<void> {
    let text = '';
    for await (const delta of chat.api.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) text += delta.text;
    texts.push(text);
  }

  const calls = await countCalls(async () => {
    const sending = chat.api.send({ conversationId: null, nimId: present.id, text: 'x', parameters });
    const asked = await nim.next();
    const { turnId } = await sending;
    const readers = [follow(turnId), follow(turnId), follow(turnId)];
    asked.response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let token = 0; token < count; token += 1) {
      await asked.write(`data: ${JSON.stringify({ choices: [{ delta: { content: `${token} ` } }] })}\n\n`);
    }
    await asked.write('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    await Promise.all(readers);
  });
  await chat.close();
  await store.close();

  expect(texts).toEqual(
    Array.from({ length: 3 }, () => Array.from({ length: count }, (_each, token) => `${token} `).join('')),
  );
  expect(calls('chat/turn.ts', 'startTurn')).toBe(1);
  // And one for the finish reason, and one for the end mark.
  expect(calls('chat/openai.ts', 'parseChunk')).toBe(count + 2);
  expect(calls('chat/turn.ts', 'append')).toBe(count + 1);
});
