import { chatParameters, chatTarget } from '../../shared/contract/answers.ts';
import { instant } from '../../shared/contract/common.ts';
import { chatChoices, message, messageExtras } from '../../shared/contract/conversations.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import { readChatGpt, readOpenWebUi } from './import-trees.ts';
import { isOpenAiList, readOpenAi } from './import-openai.ts';
import { noParameters } from './rows.ts';
import {
  type ForeignChat,
  type ForeignMessage,
  inOrder,
  type ReadChat,
  type Skipped,
  titleOf,
} from './foreign-chat.ts';

/**
 * The chats of a file, whoever wrote it: ours, OpenAI `messages` (one JSON or a line each), ChatGPT's export and Open
 * WebUI's. What cannot be read is left out and named. Throws BAD_INPUT where the file is none of these.
 */
export function readChats(text: string, fileName: string): { chats: ForeignChat[]; skipped: Skipped[] } {
  const plain = text.replace(/^\ufeff/, '');
  const whole = parseJson(plain);
  const content = whole === undefined ? parseLines(plain) : whole;
  if (content === undefined) throw new AppError('BAD_INPUT', `${fileName} is not JSON.`);
  const entries: unknown[] = isOpenAiList(content) || !Array.isArray(content) ? [content] : content;
  const chats: ForeignChat[] = [];
  const skipped: Skipped[] = [];
  let known = 0;
  for (const [index, entry] of entries.entries()) {
    const name = entries.length === 1 ? fileName : `${fileName}, chat ${index + 1}`;
    const read = readEntry(entry, name);
    if (read === null) {
      skipped.push({ name, reason: 'It is no chat in a form that is known here.' });
      continue;
    }
    known += 1;
    skipped.push(...read.skipped);
    if (read.chat === null) continue;
    if (read.chat.messages.length === 0) skipped.push({ name: read.chat.title, reason: 'There is no message in it.' });
    else chats.push(read.chat);
  }
  if (known === 0) {
    throw new AppError(
      'BAD_INPUT',
      `${fileName} holds no chat in a form that is known here: Nimdeck’s own, OpenAI messages, ChatGPT’s and Open WebUI’s export.`,
    );
  }
  return { chats, skipped };
}

/** JSONL: each line a chat. */
function parseLines(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map(parseJson);
  return lines.length > 1 && read.some((line) => line !== undefined) ? read : undefined;
}

function readEntry(entry: unknown, name: string): ReadChat | null {
  return readOwn(entry, name) ?? readChatGpt(entry, name) ?? readOpenWebUi(entry, name) ?? readOpenAi(entry, name);
}

const ownFile = z.object({
  format: z.literal('nimdeck-chat'),
  conversation: z
    .object({
      title: z.unknown(),
      createdAt: instant.nullable().catch(null),
      updatedAt: instant.nullable().catch(null),
      nimName: z.string().nullable().catch(null),
      target: chatTarget.nullable().catch(null),
      parameters: chatParameters.catch(noParameters),
      choices: chatChoices.nullable().catch(null),
      leafId: z.string().nullable().catch(null),
    })
    .partial(),
  messages: z.array(z.unknown()),
});
const ownMessage = z.object({
  id: z.string().min(1),
  parentId: z.string().nullable().catch(null),
  role: message.shape.role,
  text: z.string(),
  reasoning: z.string().catch(''),
  createdAt: instant.nullable().catch(null),
  turn: message.shape.turn.catch(null),
  extras: messageExtras,
});

function readOwn(entry: unknown, name: string): ReadChat | null {
  const file = ownFile.safeParse(entry);
  if (!file.success) return null;
  const { conversation, messages } = file.data;
  const title = titleOf(conversation.title, name);
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  const read: ForeignMessage[] = [];
  for (const [index, one] of messages.entries()) {
    const parsed = ownMessage.safeParse(one);
    if (!parsed.success || seen.has(parsed.data.id)) {
      skipped.push({ name: `${title}, message ${index + 1}`, reason: 'It cannot be read.' });
      continue;
    }
    const { id, parentId, turn, ...rest } = parsed.data;
    seen.add(id);
    // An answer that was being written when the file was made is not being written any more.
    const isOpen = turn?.state === 'waiting' || turn?.state === 'streaming';
    const model = turn?.model ?? null;
    read.push({
      ...rest,
      key: id,
      parentKey: parentId,
      model,
      turn: isOpen ? { ...turn, state: 'interrupted' } : turn,
    });
  }
  const chat: ForeignChat = {
    title,
    createdAt: conversation.createdAt ?? null,
    updatedAt: conversation.updatedAt ?? null,
    nimName: conversation.nimName ?? null,
    target: conversation.target ?? null,
    parameters: conversation.parameters ?? noParameters,
    choices: conversation.choices ?? null,
    leafKey: conversation.leafId ?? null,
    messages: inOrder(read),
  };
  return { chat, skipped };
}
