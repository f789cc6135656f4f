import type { ExportFormat } from '../../shared/contract/chat-history.ts';
import type { Conversation, Message } from '../../shared/contract/conversations.ts';
import { cancelled } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import type { Conversations, StoredMessage } from './conversations.ts';

export interface ExportPiece {
  fileName: string;
  mediaType: string;
  text: string;
}

/** What our own files say of themselves; one that is of a later version is still read as far as it can be. */
export const ownFormat = { format: 'nimdeck-chat', version: 1 } as const;

const kinds: Record<ExportFormat, { extension: string; mediaType: string }> = {
  markdown: { extension: 'md', mediaType: 'text/markdown' },
  json: { extension: 'nimdeck.json', mediaType: 'application/json' },
  openai: { extension: 'openai.json', mediaType: 'application/json' },
};

/** A title as a file's name on every system: no path, no hidden direction, none of Windows' devices. */
export function fileNameOf(title: string, extension: string): string {
  const plain = title
    .replaceAll(/[\p{C}\\/:*?"<>|]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s.]+/g, '');
  const short = Array.from(plain)
    .slice(0, 80)
    .join('')
    .replaceAll(/[\s.]+$/g, '');
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short);
  return `${short === '' ? 'Chat' : isDevice ? `Chat ${short}` : short}.${extension}`;
}

/** A chat as a file, in pieces as they are read: no more of it is in memory than one of them. Throws NOT_FOUND. */
export async function* exportChat(
  conversations: Conversations,
  conversationId: string,
  format: ExportFormat,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportPiece, void, undefined> {
  const conversation = await conversations.find(conversationId);
  const { extension, mediaType } = kinds[format];
  const fileName = fileNameOf(conversation.title, extension);
  const write = { markdown, json: ownJson, openai: openAi }[format](conversation);
  const piece = (text: string): ExportPiece => ({ fileName, mediaType, text });
  yield piece(write.head);
  let count = 0;
  for await (const messages of conversations.read(conversationId, format === 'json' ? 'all' : 'path')) {
    if (signal?.aborted === true) throw cancelled();
    yield piece(messages.map((message) => write.message(message, count++)).join(''));
  }
  yield piece(write.end);
}

interface Writer {
  head: string;
  /** @param index how many were written before */
  message(message: StoredMessage, index: number): string;
  end: string;
}

function ownJson({ id: _id, ...conversation }: Conversation): Writer {
  const head = JSON.stringify({ ...ownFormat, conversation }, null, 1);
  return {
    head: `${head.slice(0, -2)},\n "messages": [`,
    message: ({ conversationId: _conversation, position: _position, ...message }, index) =>
      `${index === 0 ? '' : ','}\n${JSON.stringify(message)}`,
    end: '\n]}\n',
  };
}

function openAi({ parameters }: Conversation): Writer {
  const system =
    parameters.systemPrompt === null || parameters.systemPrompt === ''
      ? []
      : [{ role: 'system', content: parameters.systemPrompt }];
  const lines = (messages: Json[], isFirst: boolean) =>
    messages.map((message, index) => `${isFirst && index === 0 ? '' : ','}\n${JSON.stringify(message)}`).join('');
  return {
    head: `{"messages": [${lines(system, true)}`,
    message: (message, index) => lines(openAiMessages(message), index === 0 && system.length === 0),
    end: '\n]}\n',
  };
}

function openAiMessages({ role, text, extras }: Message): Json[] {
  const { attachments, toolCalls, toolResults } = extras;
  if (role === 'tool') {
    return toolResults.map(({ callId, content }) => ({ role, tool_call_id: callId, content }));
  }
  if (role === 'assistant') {
    if (toolCalls.length === 0) return [{ role, content: text }];
    const calls = toolCalls.map(({ id, name, arguments: given }) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    }));
    return [{ role, content: text === '' ? null : text, tool_calls: calls }];
  }
  if (attachments.length === 0) return [{ role, content: text }];
  const parts = attachments.map(({ kind, name, mediaType, data }) =>
    kind === 'image'
      ? { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } }
      : { type: 'text', text: `${name}\n\n${data}` },
  );
  return [{ role, content: [...parts, { type: 'text', text }] }];
}

function markdown({ title, createdAt, parameters }: Conversation): Writer {
  const prompt = parameters.systemPrompt ?? '';
  return {
    head: [`# ${title}`, createdAt, ...(prompt === '' ? [] : ['## System prompt', prompt])].join('\n\n') + '\n',
    message: (message) => `\n${markdownParts(message).join('\n\n')}\n`,
    end: '',
  };
}

/** Longer than any fence in the text, so that nothing in it ends the block. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function markdownParts({ role, text, reasoning, turn, extras }: Message): string[] {
  const names = { user: 'Question', assistant: turn?.model ?? 'Answer', tool: 'Tool results' } as const;
  return [
    `## ${names[role]}`,
    ...extras.attachments.map(({ kind, name, data }) =>
      kind === 'image' ? `(picture: ${name})` : `${name}:\n\n${fenced(data)}`,
    ),
    ...(reasoning === '' ? [] : [reasoning.replaceAll(/^/gm, '> ')]),
    ...(text === '' ? [] : [text]),
    ...extras.toolCalls.map(({ name, arguments: given }) => `Call of ${name}:\n\n${fenced(given)}`),
    ...extras.toolResults.map(({ name, content }) => `${name}:\n\n${fenced(content)}`),
    ...(turn === null || turn.state === 'done' ? [] : [`(${turn.state})`]),
  ];
}
