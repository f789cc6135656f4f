import { readFileSync, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { planAnswer } from './answer-plan.ts';
import { parseChatRequest } from './chat-request.ts';
import { readConfig } from './config.ts';
import { managementBodies } from './endpoints.ts';
import { isRefusal } from './errors.ts';
import { pace } from './pace.ts';
import { profilesOf } from './profiles.ts';
import { refusals, refuseAs } from './refuse.ts';
import { embed, rank } from './vectors.ts';

const captures = new URL('../../../shared/captures/nim/', import.meta.url);
const isThere = existsSync(captures);
const config = (own: Record<string, string> = {}, args: string[] = []) =>
  readConfig(Object.fromEntries(Object.entries(own).map(([key, value]) => [`NIMDECK_SANDBOX_${key}`, value])), args);
const ask = (body: object, own: Record<string, string> = {}, args: string[] = []) =>
  parseChatRequest(JSON.stringify({ messages: [{ role: 'user', content: 'x' }], ...body }), config(own, args));
const tool = {
  type: 'function',
  function: { name: 'weather', parameters: { properties: { city: { type: 'string' } } } },
};

describe('bodies by kind and line', () => {
  test.skipIf(!isThere).each([
    ['embed-1.13.0', { KIND: 'embedding', VERSION: '1.13.0', MODEL: 'nvidia/llama-nemotron-embed-300m-v2' }],
    ['rerank-1.10.0', { KIND: 'rerank', VERSION: '1.10.0', MODEL: 'nvidia/llama-nemotron-rerank-500m-v2' }],
  ])('%s: health, version and models word for word (skipped where the captures are missing)', (name, own) => {
    const about = config(own);
    const bodies = managementBodies(about, profilesOf(about)[0]!, new Date());
    const captured = (what: string) =>
      JSON.parse(readFileSync(new URL(`endpoint-${what}-${name}.json`, captures), 'utf8')) as unknown;
    expect(bodies.live).toEqual(captured('health-live'));
    expect(bodies.ready).toEqual(captured('health-ready'));
    expect(bodies.version).toEqual(captured('version'));
    expect(bodies.models).toEqual(captured('models'));
  });

  test('the line follows from the version', () => {
    expect(config({ VERSION: '1.1.2' }).generation).toBe('early-1.x');
    expect(config({ VERSION: '1.8.4' }).generation).toBe('1.x');
    expect(config({ VERSION: '2.0.6' }).generation).toBe('2.x');
  });
});

describe('tools', () => {
  test('2.x wants a parser, 1.x has one and refuses fields that it does not know', () => {
    expect(ask({ tools: [tool] })).toMatchObject({
      status: 400,
      message: expect.stringContaining('--tool-call-parser') as string,
    });
    expect(isRefusal(ask({ tools: [tool] }, {}, ['--enable-auto-tool-choice', '--tool-call-parser']))).toBe(false);
    const strict = { ...tool, function: { ...tool.function, strict: true } };
    expect(ask({ tools: [strict] }, { VERSION: '1.8.4' })).toMatchObject({
      status: 422,
      detail: [{ type: 'extra_forbidden', loc: ['body', 'tools', 0, 'function', 'strict'] }],
    });
  });

  test('a prompt that mentions one gets a call, any other a text', () => {
    const plan = (content: string, more: object = {}) => {
      const request = ask({ messages: [{ role: 'user', content }], tools: [tool], ...more }, { VERSION: '1.8.4' });
      if (isRefusal(request)) throw new Error(request.message);
      return planAnswer(request, 1000, 'own field');
    };
    const call = plan('weather in Ulm');
    expect(call.finishReason).toBe('tool_calls');
    expect(JSON.parse(call.tokens.map(({ text }) => text).join(''))).toEqual({ city: 'weather' });
    expect(plan('hello').finishReason).toBe('stop');
    expect(plan('hello', { tool_choice: 'required' }).finishReason).toBe('tool_calls');
    expect(plan('weather', { tool_choice: 'none' }).finishReason).toBe('stop');
  });
});

describe('reasoning', () => {
  test.each([
    [{ chat_template_kwargs: { enable_thinking: true } }, true],
    [{ chat_template_kwargs: { thinking: false } }, false],
    [
      {
        messages: [
          { role: 'system', content: 'detailed thinking on' },
          { role: 'user', content: 'x' },
        ],
      },
      true,
    ],
    [
      {
        messages: [
          { role: 'system', content: '/no_think' },
          { role: 'user', content: 'x' },
        ],
      },
      false,
    ],
    [{}, null],
  ])('%j', (body, wants) => {
    expect(ask(body)).toMatchObject({ wantsReasoning: wants });
  });
});

describe('vectors', () => {
  const embedder = config({ KIND: 'embedding', MODEL: 'nvidia/llama-nemotron-embed-1b-v2' });
  const body = (more: object) => JSON.stringify({ model: embedder.model, input: ['x'], input_type: 'query', ...more });

  test('have the length asked for, as numbers or bytes', () => {
    expect(embed(body({}), embedder)).toMatchObject({ data: [{ index: 0, object: 'embedding' }] });
    const { data } = embed(body({ dimensions: 8, encoding_format: 'base64' }), embedder) as {
      data: { embedding: string }[];
    };
    expect(Buffer.from(data[0]!.embedding, 'base64')).toHaveLength(32);
  });

  test.each([
    [{ input_type: undefined }, 'input_type'],
    [{ dimensions: 4096 }, 'dimensions'],
    [{ input: [] }, 'list of strings'],
    [{ model: 'other' }, 'does not exist'],
  ])('refuse %j', (more, words) => {
    expect(embed(body(more), embedder)).toMatchObject({ message: expect.stringContaining(words) as string });
  });

  test('rank what is alike first', () => {
    const ranker = config({ KIND: 'rerank' });
    const text = JSON.stringify({
      model: ranker.model,
      query: { text: 'red fox' },
      passages: [{ text: 'tax law' }, { text: 'a red fox' }],
    });
    expect(rank(text, ranker)).toMatchObject({ rankings: [{ index: 1 }, { index: 0 }] });
  });
});

describe('refusals', () => {
  test('every shape is sent as it stands', async () => {
    const server: Server = createServer((request, response) => {
      if (!refuseAs((request.url ?? '').slice(1), response)) response.writeHead(299).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const [name, { status, type, body }] of Object.entries(refusals)) {
      const reply = await fetch(`http://127.0.0.1:${port}/${name}`);
      expect([reply.status, reply.headers.get('content-type'), await reply.text()]).toEqual([status, type, body]);
    }
    expect((await fetch(`http://127.0.0.1:${port}/unknown`)).status).toBe(299);
    server.close();
  });
});

describe('a GPU that is shared', () => {
  test('gives each half of what it had', async () => {
    const took = async (share?: () => number) => {
      const begin = performance.now();
      const batches = pace(40, 20, 400, new AbortController().signal, share);
      while (!(await batches.next()).done);
      return performance.now() - begin;
    };
    // 20 ms to the first token and 39 more at 400 a second; never sooner, whatever the machine is busy with.
    expect(await took()).toBeGreaterThan(115);
    expect(await took(() => 0.5)).toBeGreaterThan(230);
  });
});
