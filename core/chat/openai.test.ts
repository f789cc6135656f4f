import { describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { parseChunk } from './openai.ts';
import { refusalOf } from './refusal.ts';

const nothing = { text: '', reasoning: '', toolCalls: [], finishReason: null, usage: null, model: null };

describe('parseChunk', () => {
  it.each([
    ['the role only', { choices: [{ delta: { role: 'assistant', content: '' } }] }, nothing],
    ['text', { choices: [{ delta: { content: 'Hi' }, finish_reason: null }] }, { ...nothing, text: 'Hi' }],
    [
      'reasoning',
      { choices: [{ delta: { reasoning_content: 'Hm', content: null } }] },
      { ...nothing, reasoning: 'Hm' },
    ],
    ['its newer name', { choices: [{ delta: { reasoning: 'Hm' } }] }, { ...nothing, reasoning: 'Hm' }],
    [
      'both names, which say the same',
      { choices: [{ delta: { reasoning: 'Hm', reasoning_content: 'Hm' } }] },
      { ...nothing, reasoning: 'Hm' },
    ],
    [
      'the end, with a stop_reason of any kind',
      { choices: [{ delta: {}, finish_reason: 'length', stop_reason: '\n' }] },
      { ...nothing, finishReason: 'length' },
    ],
    [
      'usage without choices',
      { choices: [], usage: { prompt_tokens: 12, completion_tokens: 9, prompt_tokens_details: null } },
      { ...nothing, usage: { promptTokens: 12, completionTokens: 9, reasoningTokens: null } },
    ],
    ['usage null', { choices: [{ delta: { content: 'a' } }], usage: null }, { ...nothing, text: 'a' }],
    ['fields of another kind', { choices: [{ delta: { content: 7 }, finish_reason: 3 }], usage: 'x' }, nothing],
    ['no choices at all', { id: 'x' }, nothing],
    ['an error that is null', { error: null, choices: [{ delta: { content: 'a' } }] }, { ...nothing, text: 'a' }],
  ])('reads %s', (_name, chunk, delta) => {
    expect(parseChunk(JSON.stringify(chunk))).toEqual(delta);
  });

  it('knows the end mark', () => {
    expect(parseChunk('[DONE]')).toBeNull();
  });

  it.each(['{"choices":[', 'hello', '7', '[]'])('refuses %s', (data) => {
    expect(codeOf(() => parseChunk(data))).toBe('REPLY_UNREADABLE');
  });

  it.each([
    [{ error: { message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 } }, 'MODEL_NOT_SERVED'],
    [{ object: 'error', message: 'EngineCore encountered an issue.', code: 500 }, 'NIM_ENGINE_DIED'],
    [{ error: 'no' }, 'MODEL_REFUSED'],
    [{ error: { message: "This model's maximum context length is 10 tokens.", code: 400 } }, 'CONTEXT_TOO_LONG'],
  ])('throws the error inside the stream %j', (data, code) => {
    expect(codeOf(() => parseChunk(JSON.stringify(data)))).toBe(code);
  });
});

describe('refusalOf', () => {
  it.each([
    [404, { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError' }, 'MODEL_NOT_SERVED'],
    [404, { detail: 'Not Found' }, 'MODEL_NOT_SERVED'],
    [400, { message: '"auto" tool choice requires --enable-auto-tool-choice' }, 'TOOLS_NOT_ENABLED'],
    [400, { error: { message: 'too long', code: 'context_length_exceeded' } }, 'CONTEXT_TOO_LONG'],
    [500, { message: 'Engine loop is not running. Inspect the stacktrace' }, 'NIM_ENGINE_DIED'],
    [
      503,
      { object: 'error', message: 'Service in unhealthy', type: 'ServiceUnavailableError', code: 503 },
      'NIM_NOT_READY',
    ],
    [401, { status: 401, title: 'Unauthorized' }, 'KEY_NOT_ENTITLED'],
    [429, {}, 'QUOTA_EXCEEDED'],
    [400, { message: 'temperature must be in [0, 2]' }, 'MODEL_REFUSED'],
  ])('%i %j is %s', (status, body, code) => {
    expect(refusalOf(status, 'application/json', JSON.stringify(body)).code).toBe(code);
  });

  it('names the fields that FastAPI refuses', () => {
    const body = { detail: [{ loc: ['body', 'max_tokens'], msg: 'must be positive', type: 'x' }, { msg: 'and more' }] };
    expect(refusalOf(422, 'application/json', JSON.stringify(body)).message).toBe(
      'body.max_tokens: must be positive; and more',
    );
  });

  it('does not show a page of HTML', () => {
    const refusal = refusalOf(502, 'text/html', '<html><head><title>502 Bad Gateway</title></head></html>');
    expect(refusal).toMatchObject({ code: 'NIM_NOT_READY', message: 'The NIM answered with HTTP 502.' });
  });

  it('shows the raw text when it is nothing else, without keys', () => {
    expect(refusalOf(400, 'text/plain', 'bad nvapi-abcdefghijklmnop\n').message).toBe('bad [redacted]');
  });

  const folder = captureFolder('nim');
  it.skipIf(folder === null).each([
    ['error-404-model-not-found-vllm-flat.json', 404, 'MODEL_NOT_SERVED', 'The model `meta-llama/'],
    ['error-404-model-not-found-vllm-nested.json', 404, 'MODEL_NOT_SERVED', "The model 'default'"],
    ['error-400-tool-choice-auto-vllm-flat.json', 400, 'TOOLS_NOT_ENABLED', '"auto" tool choice'],
  ])('reads the recorded %s', (file, status, code, begin) => {
    const refusal = refusalOf(status, 'application/json', readCapture(folder ?? '', file));
    expect(refusal.code).toBe(code);
    expect(refusal.message.startsWith(begin)).toBe(true);
  });

  it.skipIf(folder === null)('reads a recorded answer that came as a whole', () => {
    const data = readCapture(folder ?? '', 'endpoint-chat-completion-llm-1.x-llama-3.1-8b.json');
    expect(parseChunk(data)).toEqual({
      ...nothing,
      text: 'Hello! How can I assist you today?',
      finishReason: 'stop',
      usage: { promptTokens: 12, completionTokens: 9, reasoningTokens: null },
      model: 'meta/llama-3.1-8b-instruct',
    });
  });
});

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return isAppError(error) ? error.code : 'not ours';
  }
}
