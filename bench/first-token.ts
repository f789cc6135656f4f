import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { request } from 'undici';
import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { findFreePort } from '../core/testing/free-port.ts';
import { startNim } from '../core/testing/sandbox.ts';
import { type Api, contract } from '../shared/contract/index.ts';
import { connect } from '../shared/rpc/connect.ts';
import { createPair } from '../shared/rpc/pair.ts';
import { serve } from '../shared/rpc/serve.ts';
import { z } from '../shared/zod.ts';
import type { Prepared } from './bench.ts';
import { connectTo, createScratch, startShell } from './shell.ts';

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const model = 'example/chat-8b-instruct';
const question = '/echo one two three four';
const content = /"content":\s*"[^"]/;

/**
 * From a question to the first token of its answer, beside a bare HTTP client on the same NIM stand-in: until its bytes are
 * in core, over the wire that a page has, and until it is painted, from the key that sends it.
 */
export async function firstTokenMeasure(isSmoke: boolean): Promise<Prepared> {
  const parts = new AsyncDisposableStack();
  const nim = parts.use(await startNim({ ttftMs: 40, tokensPerSecond: 200 }));
  await nim.ready();
  const target = { kind: 'address', url: `${nim.url}/v1`, model, keyName: null } as const;
  const ask = (api: Api, conversationId: string | null) =>
    api.chat.send({ conversationId, target, text: question, parameters });

  const deps = parts.use(createTestDeps({ env: { DOCKER_HOST: 'unix:///nowhere/engine.sock' } }));
  const core = await createServices(deps);
  parts.defer(() => core.close());
  const [client, server] = createPair();
  serve(server, contract, core.api);
  const api = connect(client, contract);
  parts.defer(() => client.close());

  async function inCore(): Promise<number> {
    const arrived = Promise.withResolvers<number>();
    let seen = '';
    const onChunk = (message: unknown) => {
      seen += z
        .object({ chunk: z.instanceof(Uint8Array) })
        .parse(message)
        .chunk.toString();
      if (content.test(seen)) arrived.resolve(performance.now());
    };
    subscribe('undici:request:bodyChunkReceived', onChunk);
    try {
      const begin = performance.now();
      const { turnId } = await ask(api, null);
      const took = (await arrived.promise) - begin;
      // oxlint-disable-next-line no-unused-vars -- to its end
      for await (const _ of api.chat.follow({ turnId, textFrom: 0, reasoningFrom: 0 }));
      return took;
    } finally {
      unsubscribe('undici:request:bodyChunkReceived', onChunk);
    }
  }

  async function bare(): Promise<number> {
    const begin = performance.now();
    const { body } = await request(`${nim.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: question }], stream: true }),
    });
    let first: number | null = null;
    let seen = '';
    for await (const chunk of body) {
      seen += String(chunk);
      if (content.test(seen)) first ??= performance.now() - begin;
    }
    if (first === null) throw new Error('no token came');
    return first;
  }

  const scratch = parts.use(createScratch());
  const env = { DOCKER_HOST: `unix://${join(scratch.folder, 'nobody.sock')}` };
  const shell = parts.use(
    await startShell({ port: await findFreePort(), dataFolder: join(scratch.folder, 'data'), env }),
  );
  const executablePath = process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  parts.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const conversationId = await beginChat(shell.address);
  await page.goto(shell.address);
  await page.evaluate(`location.hash = '#/chat/${conversationId}'`);
  const composer = page.getByRole('textbox', { name: 'Message' });
  await page.locator('main .prose').waitFor();

  /** In a shell of its own, a chat with one answer: whoever answers next is known. */
  async function beginChat(address: string): Promise<string> {
    const { api: far, close } = await connectTo(address);
    await far.chat.saveAddress({ id: null, name: 'NIM', url: target.url, model: null });
    const begun = await ask(far, null);
    // oxlint-disable-next-line no-unused-vars -- to its end
    for await (const _ of far.chat.follow({ turnId: begun.turnId, textFrom: 0, reasoningFrom: 0 }));
    close();
    return begun.conversationId;
  }

  async function painted(): Promise<number> {
    await composer.fill(question);
    const took = page.evaluate<number>(`new Promise((done) => {
      // Answers out of sight are not drawn, so they are not counted.
      const last = () => [...document.querySelectorAll('main li[data-message]')].at(-1);
      const before = last().dataset.message;
      let begin = null;
      addEventListener('keydown', () => (begin = performance.now()), { once: true, capture: true });
      const observer = new MutationObserver(() => {
        if (begin === null || last().dataset.message === before) return;
        if ((last().querySelector('.prose')?.textContent ?? '') === '') return;
        observer.disconnect();
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => done(performance.now() - begin);
          port2.postMessage(null);
        });
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    })`);
    // Whoever presses Enter sees what they have written.
    await delay(150);
    await composer.press('Enter');
    const ms = await took;
    await delay(400);
    return ms;
  }

  const against = 'undici on /v1/chat/completions';
  return {
    rounds: isSmoke ? 1 : 60,
    warmUps: isSmoke ? 0 : 5,
    measures: [
      { name: 'time to first token, its bytes in core', against, ours: inCore, comparator: bare },
      { name: 'time to first token, painted', against, ours: painted, comparator: bare },
    ],
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
