import { afterEach, describe, expect, it } from 'vitest';
import { captureFolder, readCapture } from '../../core/testing/captures.ts';
import { isGoodFor, practiceKeys } from '../ngc/keys.ts';
import { type HostedOptions, type SandboxHosted, startHosted } from './hosted.ts';

const open: SandboxHosted[] = [];
afterEach(() => Promise.all(open.splice(0).map((hosted) => hosted.close())));

async function start(options: Partial<HostedOptions> = {}): Promise<SandboxHosted> {
  const behaviour = { ttftMs: 0, tokensPerSecond: 0, ...options.behaviour };
  const hosted = await startHosted({ isRightKey: isGoodFor, ...options, behaviour });
  open.push(hosted);
  return hosted;
}

const baseOf = (hosted: SandboxHosted) => hosted.hosts['integrate.api.nvidia.com'] ?? '';
const messages = [{ role: 'user', content: '/echo hello' }];

function chat(hosted: SandboxHosted, body: object, key: string | null = practiceKeys.right): Promise<Response> {
  return fetch(`${baseOf(hosted)}/v1/chat/completions`, {
    method: 'POST',
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'moonshotai/kimi-k3', messages, ...body }),
  });
}

async function eventsOf(answer: Response): Promise<Record<string, unknown>[]> {
  const lines = (await answer.text()).split('\n\n').filter((line) => line !== '');
  expect(lines.at(-1)).toBe('data: [DONE]');
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>);
}

describe('models', () => {
  it('are listed for everybody: retired ones, one twice, all of one age', async () => {
    const { data } = (await (await fetch(`${baseOf(await start())}/v1/models`)).json()) as {
      data: { id: string; created: number }[];
    };
    expect(new Set(data.map(({ created }) => created))).toEqual(new Set([735_790_403]));
    expect(data.length).toBe(new Set(data.map(({ id }) => id)).size + 1);
    expect(data.map(({ id }) => id)).toContain('meta/llama-3.1-8b-instruct');
  });

  it('are asked for one by one', async () => {
    const hosted = await start();
    expect(await (await fetch(`${baseOf(hosted)}/v1/models/moonshotai/kimi-k3`)).json()).toMatchObject({
      owned_by: 'moonshotai',
    });
    expect((await fetch(`${baseOf(hosted)}/v1/models/nobody/none`)).status).toBe(404);
  });
});

describe('a chat', () => {
  it('comes whole', async () => {
    const answer = await chat(await start(), {});
    expect(answer.headers.get('nvcf-status')).toBe('fulfilled');
    expect(answer.headers.get('nvcf-reqid')).toMatch(/^[\da-f-]{36}$/);
    expect(await answer.json()).toMatchObject({
      model: 'moonshotai/kimi-k3',
      choices: [{ message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 1 },
    });
  });

  it('comes as events, with usage where the model says it unasked', async () => {
    const hosted = await start();
    const textOf = (events: Record<string, unknown>[]) =>
      events.map(({ choices }) => (choices as { delta: { content?: string } }[])[0]?.delta.content ?? '').join('');
    const usages = (events: Record<string, unknown>[]) => events.filter(({ usage }) => usage !== undefined).length;
    const quiet = await eventsOf(await chat(hosted, { stream: true }));
    expect([textOf(quiet), usages(quiet)]).toEqual(['hello', 0]);
    const asked = await eventsOf(await chat(hosted, { stream: true, stream_options: { include_usage: true } }));
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 1 } });
    const talkative = await eventsOf(
      await chat(hosted, { stream: true, model: 'nvidia/nemotron-3.5-lightning-30b-a3b' }),
    );
    expect([textOf(talkative), usages(talkative)]).toEqual(['hello', 1]);
  });

  it.each([
    ['moonshotai/kimi-k3', '"reasoning":"'],
    ['nvidia/nemotron-3.5-lightning-30b-a3b', '"reasoning_content":"'],
    ['openai/gpt-oss-20b', '"content":"<think>"'],
  ])('of %s reasons as %s', async (model, part) => {
    const answer = await chat(await start(), {
      model,
      stream: true,
      messages: [{ role: 'user', content: '/reason /short' }],
    });
    expect(await answer.text()).toContain(part);
  });

  it('may answer under another name, and breaks where the prompt wants it to', async () => {
    const hosted = await start();
    expect(await (await chat(hosted, { model: 'meta/muse-glimmer-30b' })).json()).toMatchObject({
      model: 'stg/meta/muse-glimmer-30b',
    });
    const prompt = (content: string) => ({ stream: true, messages: [{ role: 'user', content }] });
    await expect((await chat(hosted, prompt('/tokens 50 /break 5'))).text()).rejects.toThrow(/terminated/);
    expect(await (await chat(hosted, prompt('/tokens 50 /error 5'))).text()).toContain('Inference error');
  });

  it('of a cold model is asked for again', async () => {
    const hosted = await start();
    const first = await chat(hosted, { model: 'nvidia/nemotron-3-ultra-550b-a55b' });
    expect([first.status, first.headers.get('nvcf-status'), await first.text()]).toEqual([
      202,
      'pending-evaluation',
      '',
    ]);
    const id = first.headers.get('nvcf-reqid') ?? '';
    const poll = () =>
      fetch(`${hosted.hosts['api.nvcf.nvidia.com']}/v2/nvcf/pexec/status/${id}`, {
        headers: { authorization: `Bearer ${practiceKeys.right}` },
      });
    expect((await poll()).status).toBe(202);
    const done = await poll();
    expect([done.status, done.headers.get('nvcf-status'), done.headers.get('nvcf-reqid')]).toEqual([
      200,
      'fulfilled',
      id,
    ]);
    expect(await done.json()).toMatchObject({ choices: [{ message: { content: 'hello' } }] });
    expect((await poll()).status).toBe(404);
  });
});

describe('refusals', () => {
  const captures = captureFolder('ngc');
  const recorded = captures === null ? [] : readCapture(captures, 'hosted-errors.jsonl').trim().split('\n');

  it.skipIf(captures === null)(
    'are those that were recorded, word for word (skipped where the captures are missing)',
    async () => {
      const hosted = await start();
      const cases: Record<number, () => Promise<Response>> = {
        401: () => chat(hosted, {}, 'sk-something'),
        403: () => chat(hosted, {}, practiceKeys.expired),
        410: () => chat(hosted, { model: 'meta/llama-3.1-70b-instruct' }),
        429: () => chat(hosted, {}),
      };
      let compared = 0;
      for (const line of recorded) {
        const real = JSON.parse(line) as { status: number; content_type: string | null; body: string };
        hosted.provoke({ requestsPerMinute: real.status === 429 ? 0 : 40 });
        const answer = await cases[real.status]?.();
        if (answer === undefined) continue;
        expect([answer.status, await answer.text()]).toEqual([real.status, real.body]);
        if (real.content_type !== null) expect(answer.headers.get('content-type')).toBe(real.content_type);
        expect(answer.headers.get('retry-after')).toBeNull();
        compared += 1;
      }
      expect(compared).toBe(4);
    },
  );

  it('come in the order of key, rate, credits and model', async () => {
    let now = 0;
    const hosted = await start({ now: () => now, behaviour: { requestsPerMinute: 2, credits: 1 } });
    const status = async (body: object, key: string | null = practiceKeys.right) =>
      (await chat(hosted, body, key)).status;
    expect(await status({}, null)).toBe(401);
    expect(await status({}, practiceKeys.catalogOnly)).toBe(403);
    expect(await status({})).toBe(200);
    expect(await status({})).toBe(402);
    expect(await status({})).toBe(429);
    now = 60_000;
    hosted.provoke({ credits: null });
    expect(await status({ model: 'nobody/none' })).toBe(404);
    expect(await status({ model: 'meta/llama-guard-4-12b' })).toBe(404);
    expect(await status({}, practiceKeys.hostedOnly)).toBe(200);
  });

  it('of an unknown model are no JSON, of one for others name no model', async () => {
    const hosted = await start();
    expect(await (await chat(hosted, { model: 'nobody/none' })).text()).toBe('404 page not found\n');
    const forOthers = (await (await chat(hosted, { model: 'meta/llama-guard-4-12b' })).json()) as { detail: string };
    expect(forOthers.detail).toMatch(/^Function '[\da-f-]{36}': Not found for account '/);
  });

  it('of a bad request have two shapes, and of a broken one the range of 500', async () => {
    const hosted = await start();
    expect(await (await chat(hosted, { messages: [] })).json()).toMatchObject({
      error: { type: 'BadRequestError', code: 400 },
    });
    expect(await (await chat(hosted, { model: 'google/diffusiongemma-26b-a4b-it', messages: [] })).json()).toEqual({
      error: expect.any(String),
    });
    const broken = await fetch(`${baseOf(hosted)}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${practiceKeys.right}` },
      body: '{',
    });
    expect(broken.status).toBe(500);
  });

  it.each([
    ['proxy-page', 200, /<h1>Web gateway/],
    ['bad-gateway', 502, /^upstream connect error/],
    ['empty', 500, /^$/],
  ] as const)('in the way: %s', async (failure, status, body) => {
    const hosted = await start({ behaviour: { failure } });
    const answer = await chat(hosted, {});
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(body);
  });
});

it('embeds: the same text the same way, in vectors of length 1', async () => {
  const hosted = await start();
  const embed = async (model: string, input: unknown) => {
    const answer = await fetch(`${baseOf(hosted)}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${practiceKeys.right}` },
      body: JSON.stringify({ model, input, input_type: 'query' }),
    });
    return { status: answer.status, body: (await answer.json()) as { data: { embedding: number[] }[] } };
  };
  const { body } = await embed('nvidia/nemotron-3-embed-1b', ['one', 'two', 'one']);
  const vectors = body.data.map(({ embedding }) => embedding);
  expect(vectors.map((vector) => vector.length)).toEqual([2048, 2048, 2048]);
  expect(vectors[0]).toEqual(vectors[2]);
  expect(vectors[0]).not.toEqual(vectors[1]);
  expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1, 3);
  expect((await embed('nvidia/nemotron-3-embed-1b', [])).status).toBe(400);
  expect((await embed('moonshotai/kimi-k3', 'one')).status).toBe(400);
});
