import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ScriptedServer, startScriptedServer } from '../testing/scripted-http.ts';
import { askModel } from './ask.ts';
import { createConnections } from './connections.ts';

let server: ScriptedServer;
beforeEach(async () => {
  // Before the library sets its first timer: it keeps that one going.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  server = await startScriptedServer();
});
afterEach(async () => {
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
});

test('a model that says nothing for ten minutes, before its first word and in mid-answer, is waited for', async () => {
  const connections = createConnections();
  let text = '';
  const reading = (async () => {
    const answer = askModel({
      server: { asker: 'nim', url: new URL(`${server.address}/v1/chat/completions`), headers: {}, statusUrl: null },
      body: { stream: true },
      connections,
      signal: new AbortController().signal,
    });
    for await (const { delta } of answer) text += delta.text;
  })();
  reading.catch(() => {});
  const says = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const asked = await server.next();
  await vi.advanceTimersByTimeAsync(600_000);
  asked.response.writeHead(200, { 'content-type': 'text/event-stream' });
  await asked.write(says('first'));
  await vi.waitFor(() => expect(text).toBe('first'), { timeout: 10_000 });
  await vi.advanceTimersByTimeAsync(600_000);
  await asked.write(`${says(' second')}data: [DONE]\n\n`);
  await reading;
  expect(text).toBe('first second');
  await connections.close();
});
