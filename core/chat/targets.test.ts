import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { baseOf } from './addresses.ts';
import { addressCapabilities, createLearned, hostedCapabilities, lacking, nimCapabilities } from './capabilities.ts';
import { curlText } from './curl.ts';
import { explainFor, toolParserFor } from './explain.ts';
import { readHostedTable } from './hosted-table.ts';
import { createMeter } from './meter.ts';
import { noTiming } from './answer.ts';
import { createRawText } from './raw-text.ts';
import { redactBody } from './redact-body.ts';
import { validateAnswer } from './validate-answer.ts';

describe('what a target can do', () => {
  const about = { model: 'example/chat-8b', catalog: undefined, row: undefined, said: null, version: null };

  it('is not known where nobody says', () => {
    expect(nimCapabilities(about)).toEqual({
      chat: null,
      vision: null,
      tools: null,
      reasoning: null,
      embedding: null,
      rerank: null,
    });
    expect(addressCapabilities('something', undefined)).toMatchObject({ chat: null, tools: null });
  });

  it('follows from what a container says of itself; tools must be switched on in 2.x', () => {
    expect(nimCapabilities({ ...about, said: ['chat'], version: '2.0.6' })).toMatchObject({ chat: true, tools: false });
    expect(nimCapabilities({ ...about, said: ['chat', 'tools'], version: '2.0.6' }).tools).toBe(true);
    expect(nimCapabilities({ ...about, said: ['embedding'], version: '1.13.0' })).toMatchObject({
      chat: false,
      embedding: true,
      tools: false,
    });
  });

  it('of a hosted model follows from the table, and a server’s own word wins', async () => {
    const table = await readHostedTable();
    expect(hostedCapabilities('moonshotai/kimi-k3', table.get('moonshotai/kimi-k3'))).toMatchObject({
      chat: true,
      vision: true,
      tools: true,
    });
    expect(hostedCapabilities('nvidia/llama-nemotron-rerank-1b-v2', undefined)).toMatchObject({
      rerank: true,
      chat: false,
    });
    let changes = 0;
    const learned = createLearned(() => (changes += 1));
    learned.note('x', 'tools', false);
    learned.note('x', 'tools', false);
    const known = hostedCapabilities('moonshotai/kimi-k3', table.get('moonshotai/kimi-k3'));
    expect(learned.apply('x', known)).toMatchObject({ capabilities: { tools: false }, corrected: ['tools'] });
    expect(changes).toBe(1);
  });

  it.each([
    [new AppError('TOOLS_NOT_ENABLED', 'no'), 'tools'],
    [new AppError('MODEL_REFUSED', 'example/x is not a multimodal model'), 'vision'],
    [new AppError('MODEL_REFUSED', 'temperature'), null],
  ])('is learned from a refusal (%#)', (failure, capability) => {
    expect(lacking(failure)).toBe(capability);
  });
});

describe('baseOf', () => {
  it.each([
    ['127.0.0.1:8000', 'http://127.0.0.1:8000/v1'],
    ['http://box:1234/', 'http://box:1234/v1'],
    ['https://x.example/v1/chat/completions', 'https://x.example/v1'],
    ['https://x.example/api/v1/', 'https://x.example/api/v1'],
    ['https://x.example/v1/models', 'https://x.example/v1'],
  ])('%s', (given, base) => {
    expect(baseOf(given)).toBe(base);
  });
});

describe('a NIM without tools', () => {
  it.each([
    ['nvidia/nemotron-3-nano-30b-a3b', 'qwen3_coder'],
    ['meta/llama-3.3-70b-instruct', 'llama3_json'],
    ['nvidia/llama-3.3-nemotron-super-49b-v1.5', 'llama3_json'],
    ['nvidia/nvidia-nemotron-nano-9b-v2', 'nemotron_json'],
    ['mistralai/mixtral-8x7b', null],
  ])('%s', (model, parser) => {
    expect(toolParserFor(model)).toBe(parser);
  });

  it('is told how to be started; a hosted one is not', () => {
    const failure = new AppError('TOOLS_NOT_ENABLED', 'x', { status: 400 });
    const nim = { target: { kind: 'nim', nimId: 'a'.repeat(12) }, model: 'm' } as const;
    expect(explainFor(failure, nim).detail).toMatchObject({
      status: 400,
      parser: null,
      variable: 'NIM_PASSTHROUGH_ARGS',
    });
    expect(explainFor(failure, { target: { kind: 'hosted', model: 'm' }, model: 'm' })).toBe(failure);
  });
});

describe('curl', () => {
  it('names the key, quotes the address, and holds nothing that looks like one', () => {
    const text = curlText({
      url: "https://x.example/it's",
      keyVariable: 'API_KEY',
      body: { content: 'my key is nvapi-abcdefghijkl', url: `data:image/png;base64,${'A'.repeat(200)}` },
    });
    expect(text).toContain(`'https://x.example/it'\\''s'`);
    expect(text).toContain('"Authorization: Bearer $API_KEY"');
    expect(text).not.toContain('nvapi-abc');
    expect(text).toContain('A'.repeat(200));
  });

  it('of a picture only the length is shown where somebody reads it', () => {
    expect(redactBody(`data:image/png;base64,${'A'.repeat(200)}`, 'named')).toBe(
      'data:image/png;base64,[200 characters]',
    );
  });
});

describe('the raw text of an answer', () => {
  it('keeps its beginning and its end', () => {
    const raw = createRawText();
    for (let line = 0; line < 60_000; line += 1) raw.push(`line ${line}\n`);
    const { text, isCut } = raw.read();
    expect(isCut).toBe(true);
    expect(text.startsWith('line 0\n')).toBe(true);
    expect(text.endsWith('line 59999\n')).toBe(true);
    expect(text.length).toBeLessThan(400_000);
    const short = createRawText();
    short.push('a');
    expect(short.read()).toEqual({ text: 'a', isCut: false });
  });
});

describe('the times of an answer', () => {
  it('count from the sending, and by the server’s own tokens', () => {
    const meter = createMeter(noTiming);
    meter.sent(100);
    meter.piece(150, false);
    meter.piece(250, true);
    meter.piece(350, true);
    expect(meter.timing()).toMatchObject({
      ttftMs: 50,
      firstTextMs: 150,
      tokensPerSecond: null,
      pieces: 3,
      piecesMs: 200,
    });
    meter.usage({ promptTokens: 5, completionTokens: 21, reasoningTokens: 7 });
    expect(meter.end(400)).toMatchObject({
      totalMs: 300,
      tokensPerSecond: 100,
      completionTokens: 21,
      reasoningTokens: 7,
    });
  });

  it('of an answer that goes on are added up; what is not known of one part is not known of both', () => {
    const before = { ...noTiming, ttftMs: 50, totalMs: 300, completionTokens: 10, pieces: 4, piecesMs: 200 };
    const meter = createMeter(before);
    meter.sent(1000);
    meter.piece(1010, true);
    meter.piece(1110, true);
    meter.usage({ promptTokens: 30, completionTokens: 11, reasoningTokens: null });
    expect(meter.end(1200)).toMatchObject({
      ttftMs: 50,
      totalMs: 500,
      completionTokens: 21,
      tokensPerSecond: 100,
      pieces: 6,
      piecesMs: 300,
    });
    const unknown = createMeter({ ...before, completionTokens: null });
    unknown.usage({ promptTokens: 30, completionTokens: 11, reasoningTokens: null });
    expect(unknown.end(performance.now()).completionTokens).toBeNull();
  });
});

describe('validateAnswer', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' } },
    required: ['a'],
    additionalProperties: false,
  };
  const format = {
    kind: 'schema',
    name: 'x',
    schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...schema },
  } as const;

  it.each([
    ['{"a":1}', []],
    ['{"a":"1"}', ['/a']],
    ['{"a":1,"b":2}', ['']],
    ['not JSON', ['']],
    ['```json\n{"a":1}\n```', ['']],
  ])('%s', async (text, paths) => {
    const { isValid, problems } = await validateAnswer(text, format);
    expect(isValid).toBe(paths.length === 0);
    expect(problems.map(({ path }) => path)).toEqual(paths);
  });

  it('says which property is too many, and that a code block is none', async () => {
    expect((await validateAnswer('{"a":1,"b":2}', format)).problems[0]?.message).toContain('b');
    expect((await validateAnswer('```json\n{}\n```', { kind: 'json' })).problems[0]?.message).toContain('code block');
  });
});
