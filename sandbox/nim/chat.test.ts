import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startNim, type NimProgram } from '../../core/testing/sandbox.ts';

// Each start is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

interface Chunk {
  id: string;
  model: string;
  /** Not in an error. */
  choices?: {
    delta: { role?: string; content?: string; reasoning_content?: string };
    finish_reason: string | null;
    stop_reason?: string | null;
  }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  error?: { message: string; code: number };
}

const post = (nim: NimProgram, body: object | string, signal?: AbortSignal) =>
  fetch(`${nim.url}/v1/chat/completions`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

const ask = (content: string, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more });

/** Everything the stream held until it ended or broke. */
async function readStream(response: Response) {
  const chunks: Chunk[] = [];
  const times: number[] = [];
  let isDone = false;
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') isDone = true;
      else chunks.push(JSON.parse(data) as Chunk);
      times.push(performance.now());
    },
  });
  const decoder = new TextDecoder('utf8', { fatal: true });
  let failure: unknown = null;
  try {
    for await (const bytes of response.body ?? []) parser.feed(decoder.decode(bytes, { stream: true }));
  } catch (error) {
    failure = error;
  }
  const deltas = chunks.flatMap((chunk) => (chunk.choices ?? []).map((choice) => choice.delta));
  return {
    chunks,
    times,
    isDone,
    failure,
    text: deltas.map((delta) => delta.content ?? '').join(''),
    reasoning: deltas.map((delta) => delta.reasoning_content ?? '').join(''),
    contentChunks: deltas.filter((delta) => (delta.content ?? '') !== '').length,
  };
}

const stream = async (nim: NimProgram, content: string, more: object = {}) =>
  readStream(await post(nim, ask(content, { stream: true, ...more })));

describe('a ready NIM', () => {
  let nim: NimProgram;
  beforeAll(async () => {
    nim = await startNim({ ttftMs: 0, tokensPerSecond: 0 });
    await nim.ready();
  });
  afterAll(() => nim.stop());

  test('streams role, text, finish, usage and the end, in this order', async () => {
    const { chunks, isDone, text, contentChunks } = await stream(nim, 'hello', {
      stream_options: { include_usage: true },
    });
    expect(chunks[0]?.choices?.[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.at(-2)?.choices?.[0]).toMatchObject({
      delta: { content: '' },
      finish_reason: 'stop',
      stop_reason: null,
    });
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(contentChunks);
    expect(isDone).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    for (const piece of ['```python', '| precision |', '$$', '👨‍👩‍👧‍👦', '日本語', 'العربية', '1. Is the server']) {
      expect(text).toContain(piece);
    }
  });

  test('leaves usage out unless asked, and gives the same text without streaming', async () => {
    const streamed = await stream(nim, '/table');
    expect(streamed.chunks.some((chunk) => chunk.usage !== undefined)).toBe(false);
    const whole = (await (await post(nim, ask('/table'))).json()) as {
      choices: [{ message: { content: string; reasoning_content: null }; finish_reason: string }];
      usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
    };
    expect(whole.choices[0].message.content).toBe(streamed.text);
    expect(whole.choices[0].message.content).not.toContain('```');
    expect(whole.usage.completion_tokens).toBe(streamed.contentChunks);
    expect(whole.usage.total_tokens).toBe(whole.usage.prompt_tokens + whole.usage.completion_tokens);
  });

  test('gives exactly the tokens asked for, and no more than max_tokens', async () => {
    expect((await stream(nim, '/tokens 500')).contentChunks).toBe(500);
    const cut = await stream(nim, '/tokens 500', { max_tokens: 7 });
    expect(cut.contentChunks).toBe(7);
    expect(cut.chunks.at(-1)?.choices?.[0]?.finish_reason).toBe('length');
  });

  test('stops before a stop string and names it', async () => {
    const { text, chunks } = await stream(nim, '/echo one two three four', { stop: ['four', 'three'] });
    expect(text).toBe('one two ');
    expect(chunks.at(-1)?.choices?.[0]).toMatchObject({ finish_reason: 'stop', stop_reason: 'three' });
  });

  test('reasons in a field of its own', async () => {
    const { reasoning, text } = await stream(nim, '/reason /short');
    expect(reasoning).toContain('tokens per second');
    expect(text).toBe('The sandbox is up and answers. ✅');
  });

  test('puts an error into a stream that has begun', async () => {
    const { chunks, isDone, contentChunks } = await stream(nim, '/tokens 50 /error 5');
    expect(contentChunks).toBe(5);
    expect(chunks.at(-1)?.error).toMatchObject({ code: 500, type: 'InternalServerError' });
    expect(isDone).toBe(true);
  });

  test('resets the connection in the middle of an answer', async () => {
    const { failure, isDone, contentChunks } = await stream(nim, '/tokens 50 /break 20');
    expect(failure).toBeInstanceOf(Error);
    expect(isDone).toBe(false);
    expect(contentChunks).toBe(20);
  });

  test('refuses what vLLM refuses, in its words', async () => {
    const refusal = async (body: object | string) => {
      const response = await post(nim, body);
      const { error } = (await response.json()) as { error: { message: string; type: string; code: number } };
      expect(error.code).toBe(response.status);
      return error;
    };
    expect(await refusal({ ...ask('hi'), model: 'other' })).toEqual({
      message: "The model 'other' does not exist.",
      type: 'NotFoundError',
      param: null,
      code: 404,
    });
    const tools = [{ type: 'function', function: { name: 'x' } }];
    expect((await refusal(ask('hi', { tools }))).message).toBe(
      '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    );
    expect((await post(nim, ask('/short', { tools, tool_choice: 'none' }))).status).toBe(200);
    expect((await refusal('{"messages":')).message).toContain("'type': 'json_invalid'");
    expect((await refusal(ask('hi', { max_tokens: 131_072 }))).message).toContain(
      'maximum context length is 131072 tokens',
    );
    expect((await refusal(ask('word '.repeat(140_000)))).code).toBe(400);
    expect((await refusal({ model: 'example/chat-8b-instruct' })).message).toContain("'loc': ('body', 'messages')");
    expect((await refusal(ask('hi', { max_tokens: 0 }))).code).toBe(400);
    const image = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }];
    expect((await refusal({ messages: [{ role: 'user', content: image }] })).message).toContain(
      'not a multimodal model',
    );
  });

  test('stops at once when the client goes away', async () => {
    const before = await nim.state();
    const away = new AbortController();
    const response = await post(nim, ask('/tokens 100000 /rate 500', { stream: true }), away.signal);
    await response.body?.getReader().read();
    expect((await nim.state()).running).toBe(1);
    away.abort();
    await vi.waitFor(async () => expect((await nim.state()).running).toBe(0), { timeout: 2000, interval: 10 });
    const after = await nim.state();
    expect(after.aborted).toBe(before.aborted + 1);
    expect(after.tokens - before.tokens).toBeLessThan(1000);
  });

  test('notices a client that leaves before the first token, and one that waits for the whole', async () => {
    const before = await nim.state();
    for (const more of [{ stream: true }, { stream: false }]) {
      const away = new AbortController();
      const response = post(nim, ask('/tokens 10 /ttft 60000', more), away.signal);
      response.catch(() => undefined);
      await vi.waitFor(async () => expect((await nim.state()).running).toBe(1), { timeout: 2000, interval: 10 });
      away.abort();
      await vi.waitFor(async () => expect((await nim.state()).running).toBe(0), { timeout: 2000, interval: 10 });
    }
    expect((await nim.state()).aborted).toBe(before.aborted + 2);
  });

  test('stalls with the connection open until the client leaves', async () => {
    const away = new AbortController();
    const response = await post(nim, ask('/tokens 50 /stall 10', { stream: true }), away.signal);
    const reading = readStream(response);
    await vi.waitFor(async () => expect((await nim.state()).running).toBe(1), { timeout: 2000, interval: 10 });
    const { tokens } = await nim.state();
    await nim.state();
    expect((await nim.state()).tokens).toBe(tokens);
    away.abort();
    expect((await reading).contentChunks).toBe(10);
  });

  test.each([200, 2000])('keeps %i tokens a second over a whole answer', async (rate) => {
    const count = rate * 2;
    const sentAt = performance.now();
    const { times, contentChunks } = await stream(nim, `/tokens ${count} /rate ${rate} /ttft 150`);
    expect(contentChunks).toBe(count);
    const first = times[1] ?? 0;
    const last = times[count] ?? 0;
    expect(first - sentAt).toBeGreaterThanOrEqual(149);
    // Between the first and the last of N tokens lie N - 1 gaps; a busy machine may add to the ends, not to the whole.
    const expected = ((count - 1) * 1000) / rate;
    expect(last - first).toBeGreaterThan(expected - 120);
    expect(last - first).toBeLessThan(expected + 250);
  });
});

test('breaks every stream where the configuration says so', async () => {
  const env = { NIMDECK_SANDBOX_BREAK_AFTER_TOKENS: '3' };
  await using nim = await startNim({ failure: 'break-stream', ttftMs: 0, tokensPerSecond: 0, env });
  await nim.ready();
  const { failure, contentChunks } = await stream(nim, 'hello');
  expect(failure).toBeInstanceOf(Error);
  expect(contentChunks).toBe(3);
});

test('a control that is not understood changes nothing', async () => {
  await using nim = await startNim();
  await nim.ready();
  await expect(nim.control({ ttftMs: -1 })).rejects.toThrow('answered 400');
  await expect(nim.control({ speed: 1 } as object)).rejects.toThrow('answered 400');
});

test('resets the running streams on request, and exits with the code asked for', async () => {
  await using nim = await startNim({ ttftMs: 0, tokensPerSecond: 50 });
  await nim.ready();
  const reading = readStream(await post(nim, ask('/tokens 10000', { stream: true })));
  await vi.waitFor(async () => expect((await nim.state()).tokens).toBeGreaterThan(2), { timeout: 5000, interval: 10 });
  await nim.control({ breakStreams: true });
  expect((await reading).failure).toBeInstanceOf(Error);
  await nim.control({ exit: 137 });
  expect((await nim.exited).code).toBe(137);
});

test('an engine that dies says so in the streams that run, and then refuses', async () => {
  await using nim = await startNim({ ttftMs: 0, tokensPerSecond: 100 });
  await nim.ready();
  const response = await post(nim, ask('/tokens 10000', { stream: true }));
  const reading = readStream(response);
  await vi.waitFor(async () => expect((await nim.state()).tokens).toBeGreaterThan(5), { timeout: 5000, interval: 10 });
  await nim.control({ condition: 'unhealthy' });
  const { chunks, isDone } = await reading;
  expect(chunks.at(-1)?.error?.message).toContain('EngineCore encountered an issue');
  expect(isDone).toBe(true);
  expect((await post(nim, ask('hi'))).status).toBe(500);
  await nim.control({ condition: 'ready', tokensPerSecond: 0 });
  expect((await post(nim, ask('/short'))).status).toBe(200);
});

test('honours names, context length, tool parser, flat errors and think tags', async () => {
  await using nim = await startNim({
    ttftMs: 0,
    tokensPerSecond: 0,
    args: ['--enable-auto-tool-choice', '--tool-call-parser', 'llama3_json'],
    env: {
      NIM_SERVED_MODEL_NAME: 'one,two',
      NIM_MAX_MODEL_LEN: '60',
      NIMDECK_SANDBOX_ERROR_SHAPE: 'flat',
      NIMDECK_SANDBOX_REASONING: 'think',
    },
  });
  await nim.ready();
  const models = (await (await fetch(`${nim.url}/v1/models`)).json()) as {
    data: { id: string; max_model_len: number }[];
  };
  expect(models.data.map(({ id, max_model_len: length }) => [id, length])).toEqual([
    ['one', 60],
    ['two', 60],
  ]);
  const unknown = await post(nim, { ...ask('hi'), model: 'three' });
  expect(await unknown.json()).toEqual({
    object: 'error',
    message: 'The model `three` does not exist.',
    type: 'NotFoundError',
    param: null,
    code: 404,
  });
  const tools = [{ type: 'function', function: { name: 'x' } }];
  expect((await post(nim, { ...ask('/short', { tools }), model: 'two' })).status).toBe(200);
  const { text, chunks } = await stream(nim, '/reason /short');
  expect(text).toMatch(/^<think>The question/);
  // 60 tokens hold prompt and answer together.
  expect(chunks.at(-1)?.choices?.[0]?.finish_reason).toBe('length');
});
