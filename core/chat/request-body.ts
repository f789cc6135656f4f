import type {
  ChatParameters,
  Message,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../shared/contract/chat.ts';
import type { Attachment, ToolCall } from '../../shared/contract/conversations.ts';
import type { Json } from '../../shared/json.ts';
import { switchFor } from './reasoning-switch.ts';

/** What of a message matters for a request. */
export type Said = Pick<Message, 'role' | 'text' | 'extras'>;

export interface Asked {
  model: string;
  /** From the beginning to the words that are to be answered, those of a user or of tools. */
  path: readonly Said[];
  parameters: ChatParameters;
  tools: readonly ToolDefinition[];
  toolChoice: ToolChoice | null;
  responseFormat: ResponseFormat | null;
  /** Of an answer that broke off: what it has so far, to be gone on with. */
  begun?: string | null;
}

type Body = Record<string, Json>;

/**
 * What a turn asks (nim facts 4.3). A question whose answer never came is left out, because many chat templates refuse
 * two questions in a row; of an answer that broke off, what had arrived is kept. Reasoning is not sent back.
 */
export function requestBody({ model, path, parameters, tools, toolChoice, responseFormat, begun }: Asked): Body {
  const reasoning = parameters.reasoning ?? null;
  const { words, fields } = switchFor(model);
  const system = [parameters.systemPrompt ?? '', reasoning === null ? '' : (words?.[reasoning] ?? '')]
    .filter((text) => text !== '')
    .join('\n');
  const template = Object.fromEntries(fields.map((field) => [field, reasoning === 'on']));
  return {
    model,
    messages: [
      ...(system === '' ? [] : [{ role: 'system', content: system }]),
      ...messagesOf(path),
      ...(begun ? goOn(begun) : []),
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...parameterFields(parameters),
    ...(reasoning === null || fields.length === 0 ? {} : { chat_template_kwargs: template }),
    ...toolFields(tools, toolChoice),
    ...(responseFormat === null ? {} : { response_format: formatField(responseFormat) }),
  };
}

// There is no field that every server knows for this; words are understood by all.
const goOnWords =
  'Your answer broke off. Go on exactly where it ended, without repeating anything and without a preface.';
const goOn = (begun: string): Json[] => [
  { role: 'assistant', content: begun },
  { role: 'user', content: goOnWords },
];

function parameterFields(parameters: ChatParameters): Body {
  const fields: [string, Json | undefined][] = [
    ['temperature', parameters.temperature],
    ['top_p', parameters.topP],
    ['max_tokens', parameters.maxTokens],
    ['seed', parameters.seed],
    ['stop', parameters.stop?.length === 0 ? null : parameters.stop],
    ['presence_penalty', parameters.presencePenalty],
    ['frequency_penalty', parameters.frequencyPenalty],
    ['top_k', parameters.topK],
    ['min_tokens', parameters.minTokens],
    ['repetition_penalty', parameters.repetitionPenalty],
    ['reasoning_effort', parameters.reasoningEffort],
  ];
  const sent: Body = {};
  for (const [name, value] of fields) if (value !== null && value !== undefined) sent[name] = value;
  return sent;
}

/** No `strict` and nothing else beside these: 1.x refuses a definition with a field that it does not know (nim facts 4.5). */
function toolFields(tools: readonly ToolDefinition[], choice: ToolChoice | null): Body {
  if (tools.length === 0) return {};
  const definitions = tools.map(({ name, description, parameters }): Json => {
    const about: Body = { name, parameters };
    if (description !== null && description !== '') about['description'] = description;
    return { type: 'function', function: about };
  });
  const named: Json = typeof choice === 'object' && choice !== null ? { type: 'function', function: choice } : choice;
  return { tools: definitions, ...(named === null ? {} : { tool_choice: named }) };
}

function formatField(format: ResponseFormat): Json {
  if (format.kind === 'json') return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: format.name, schema: format.schema } };
}

function messagesOf(path: readonly Said[]): Json[] {
  const messages: Json[] = [];
  for (const [index, said] of path.entries()) {
    const next = path[index + 1];
    if (said.role === 'user') {
      const isOpen = next === undefined;
      if (isOpen || (next.role === 'assistant' && saidSomething(next, path[index + 2]))) messages.push(question(said));
    } else if (said.role === 'assistant') {
      if (saidSomething(said, next)) messages.push(answer(said, next));
    } else {
      for (const { callId, content } of said.extras.toolResults) {
        messages.push({ role: 'tool', tool_call_id: callId, content });
      }
    }
  }
  return messages;
}

const isAnswered = (calls: readonly ToolCall[], next: Said | undefined) =>
  next?.role === 'tool' && calls.every(({ id }) => next.extras.toolResults.some(({ callId }) => callId === id));

function saidSomething({ text, extras }: Said, next: Said | undefined): boolean {
  return text !== '' || (extras.toolCalls.length > 0 && isAnswered(extras.toolCalls, next));
}

/** Calls that nobody answered are left out: servers refuse a call without its result. */
function answer({ text, extras: { toolCalls } }: Said, next: Said | undefined): Json {
  if (toolCalls.length === 0 || !isAnswered(toolCalls, next)) return { role: 'assistant', content: text };
  return {
    role: 'assistant',
    content: text,
    tool_calls: toolCalls.map(({ id, name, arguments: given }) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    })),
  };
}

function question({ text, extras: { attachments } }: Said): Json {
  const files = attachments.filter(({ kind }) => kind === 'text').map(fileText);
  const words = [...files, text].filter((each) => each !== '').join('\n\n');
  const pictures = attachments.filter(({ kind }) => kind === 'image');
  // Plain text wherever it can be: not every template takes parts.
  if (pictures.length === 0) return { role: 'user', content: words };
  return {
    role: 'user',
    content: [
      ...(words === '' ? [] : [{ type: 'text', text: words }]),
      ...pictures.map(({ mediaType, data }) => ({
        type: 'image_url',
        image_url: { url: `data:${mediaType};base64,${data}` },
      })),
    ],
  };
}

/** With a fence that is longer than any in the file. */
function fileText({ name, data }: Attachment): string {
  const longest = Math.max(2, ...(data.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `File “${name}”:\n${fence}\n${data.replace(/\n$/, '')}\n${fence}`;
}
