import { describe, expect, it } from 'vitest';
import { type MessageExtras, noExtras } from '../../shared/contract/conversations.ts';
import { requestBody, type Said } from './request-body.ts';

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const plain = { model: 'm', parameters, tools: [], toolChoice: null, responseFormat: null };
const said = (role: Said['role'], text: string, extras: Partial<MessageExtras> = {}): Said => ({
  role,
  text,
  extras: { ...noExtras, ...extras },
});
const call = { id: 'c1', name: 'weather', arguments: '{"city":"Ulm"}' };
const file = {
  kind: 'text',
  name: 'a.md',
  mediaType: 'text/markdown',
  sizeBytes: 9,
  width: null,
  height: null,
  data: '```\nx\n```\n',
} as const;
const picture = { ...file, kind: 'image', name: 'p.png', mediaType: 'image/png', data: 'QUJD' } as const;

describe('requestBody', () => {
  it('sends what was said, without questions that got no answer, and only the parameters that are set', () => {
    const path = [said('user', 'one'), said('assistant', 'first'), said('user', 'two'), said('assistant', '')];
    expect(
      requestBody({
        ...plain,
        path: [...path, said('user', 'three')],
        parameters: { ...parameters, systemPrompt: 'be short', temperature: 0, maxTokens: 5, seed: null, stop: [] },
      }),
    ).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'be short' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'first' },
        { role: 'user', content: 'three' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      max_tokens: 5,
    });
  });

  it('names each parameter as NIMs do', () => {
    const set = {
      ...parameters,
      topP: 0.9,
      seed: 7,
      stop: ['END'],
      presencePenalty: 1,
      frequencyPenalty: -1,
      topK: 40,
      minTokens: 2,
      repetitionPenalty: 1.1,
      reasoningEffort: 'low' as const,
    };
    expect(requestBody({ ...plain, path: [said('user', 'x')], parameters: set })).toMatchObject({
      top_p: 0.9,
      seed: 7,
      stop: ['END'],
      presence_penalty: 1,
      frequency_penalty: -1,
      top_k: 40,
      min_tokens: 2,
      repetition_penalty: 1.1,
      reasoning_effort: 'low',
    });
  });

  // nim facts 10.1 and ngc facts 5.4, row by row.
  it.each([
    ['nvidia/llama-3.1-nemotron-nano-8b-v1', 'detailed thinking on', undefined],
    ['nvidia/llama-3.1-nemotron-ultra-253b-v1', 'detailed thinking on', undefined],
    ['nvidia/llama-3.3-nemotron-super-49b-v1', 'detailed thinking on', undefined],
    ['nvidia/llama-3.3-nemotron-super-49b-v1.5', '/think', undefined],
    ['nvidia/nvidia-nemotron-nano-9b-v2', '/think', undefined],
    ['nvidia/nemotron-3-nano-30b-a3b', undefined, { enable_thinking: true }],
    ['nvidia/nemotron-3-super-120b-a12b', '/think', { enable_thinking: true }],
    ['qwen/qwen3-235b-a22b', undefined, { enable_thinking: true }],
    ['deepseek-ai/deepseek-v3.1', undefined, { enable_thinking: true, thinking: true }],
    ['ibm/granite-3.3-8b-instruct', undefined, { enable_thinking: true }],
    ['moonshotai/kimi-k3', undefined, { enable_thinking: true, thinking: true }],
  ])('tells %s to reason in its own way', (model, system, template) => {
    const body = requestBody({
      ...plain,
      model,
      path: [said('user', 'x')],
      parameters: { ...parameters, reasoning: 'on' },
    });
    const messages = body['messages'] as { role: string; content: string }[];
    expect(messages.find(({ role }) => role === 'system')?.content).toBe(system);
    expect(body['chat_template_kwargs']).toEqual(template);
  });

  it('sends tools without a field that 1.x refuses, and calls only with their results', () => {
    const tools = [{ name: 'weather', description: 'Tells it.', parameters: { type: 'object' } }];
    const path = [
      said('user', 'one'),
      said('assistant', '', { toolCalls: [call] }),
      said('tool', '', { toolResults: [{ callId: 'c1', name: 'weather', content: '9 °C', isError: false }] }),
    ];
    expect(requestBody({ ...plain, tools, toolChoice: { name: 'weather' }, path })).toMatchObject({
      messages: [
        { role: 'user', content: 'one' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '9 °C' },
      ],
      tools: [
        { type: 'function', function: { name: 'weather', description: 'Tells it.', parameters: { type: 'object' } } },
      ],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    const unanswered = [...path.slice(0, 2), said('user', 'and?')];
    expect(requestBody({ ...plain, tools, path: unanswered })['messages']).toEqual([{ role: 'user', content: 'and?' }]);
  });

  it('sends pictures as parts and text files as text, in a fence that nothing in them closes', () => {
    const attachments = [file, picture];
    expect(requestBody({ ...plain, path: [said('user', 'What?', { attachments })] })['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'File “a.md”:\n````\n```\nx\n```\n````\n\nWhat?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } },
        ],
      },
    ]);
    expect(requestBody({ ...plain, path: [said('user', '', { attachments: [file] })] })['messages']).toMatchObject([
      { content: expect.stringContaining('File “a.md”') as string },
    ]);
  });

  it('asks for a format, and to go on where an answer broke off', () => {
    const schema = { type: 'object' } as const;
    const body = requestBody({
      ...plain,
      responseFormat: { kind: 'schema', name: 'thing', schema },
      path: [said('user', 'x')],
      begun: 'Half',
    });
    expect(body['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'thing', schema } });
    expect(body['messages']).toEqual([
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'Half' },
      { role: 'user', content: expect.stringContaining('Go on') as string },
    ]);
  });
});
