import type { Message } from '../../shared/contract/chat.ts';
import { noExtras } from '../../shared/contract/conversations.ts';
import { ago, fakeAnswer, fakeQuestion, idOf } from './fake-data.ts';

/** A chat in which answers broke off, were refused, missed their format and called tools; the last calls wait for results. */
export function troubledChat(conversationId: string): Message[] {
  const question = (text: string) => fakeQuestion(conversationId, text);
  return [
    question('Which GPUs are supported? Answer as JSON.'),
    fakeAnswer(conversationId, '{"gpus": ["H200", 4090], "count": "two"}', {
      extras: {
        ...noExtras,
        validation: {
          isValid: false,
          problems: [
            { path: '/gpus/1', message: 'must be string' },
            { path: '/count', message: 'must be integer' },
          ],
        },
      },
    }),
    question('And in one sentence?'),
    fakeAnswer(conversationId, 'The H200 and the RTX 40', {
      turn: {
        state: 'failed',
        finishReason: null,
        failure: { code: 'STREAM_BROKEN', message: 'The connection was reset after 23 characters.' },
      },
    }),
    question('What time is it in Paris?'),
    fakeAnswer(conversationId, '', {
      turn: {
        state: 'failed',
        finishReason: null,
        failure: {
          code: 'TOOLS_NOT_ENABLED',
          message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
          detail: {
            nimId: idOf('llama-3.1-8b-instruct'),
            variable: 'NIM_PASSTHROUGH_ARGS',
            passthroughArgs: '--enable-auto-tool-choice --tool-call-parser llama3_json',
          },
        },
      },
    }),
    question('What time is it in Paris? Use the tool.'),
    fakeAnswer(conversationId, '', {
      id: 'answer-first-call',
      reasoning: 'The user wants the time. There is a tool for that.',
      extras: {
        ...noExtras,
        toolCalls: [{ id: 'call-1', name: 'current_time', arguments: '{"timezone":"Europe/Paris"}' }],
      },
      turn: { finishReason: 'tool_calls' },
    }),
    {
      ...question('results'),
      role: 'tool',
      text: '',
      createdAt: ago(50),
      extras: {
        ...noExtras,
        toolResults: [{ callId: 'call-1', name: 'current_time', content: '2026-03-01T13:00:00+01:00', isError: false }],
      },
    },
    fakeAnswer(conversationId, 'It is one in the afternoon. Two more things have to be looked up.', {
      extras: {
        ...noExtras,
        toolCalls: [
          { id: 'call-2', name: 'calculate', arguments: '{"expression":"17 * 3"}' },
          { id: 'call-3', name: 'look_up_stock', arguments: '{"symbol":"NVDA","days":[1,2,3]}' },
        ],
      },
      turn: { finishReason: 'tool_calls' },
    }),
  ];
}
