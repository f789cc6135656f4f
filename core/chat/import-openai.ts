import { type Attachment, noExtras, type ToolCall } from '../../shared/contract/conversations.ts';
import { z } from '../../shared/zod.ts';
import { type ForeignMessage, type ReadChat, type Skipped, titleOf } from './foreign-chat.ts';
import { noParameters } from './rows.ts';
import { titleFrom } from './title.ts';

const part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  image_url: z.union([z.string(), z.looseObject({ url: z.string() }).transform(({ url }) => url)]).optional(),
});
const openAiMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  reasoning_content: z.string().nullish().catch(null),
  tool_call_id: z.string().nullish().catch(null),
  name: z.string().nullish().catch(null),
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
    .nullish()
    .catch(null),
});
const file = z.looseObject({ title: z.unknown().optional(), messages: z.array(z.unknown()) });

const hasRole = (one: unknown) => typeof one === 'object' && one !== null && 'role' in one;

/** A bare list of messages, which is one chat and not many. */
export function isOpenAiList(content: unknown): boolean {
  return Array.isArray(content) && content.length > 0 && content.every(hasRole);
}

const dataUrl = /^data:([\w.+-]+\/[\w.+-]+);base64,([A-Za-z0-9+/=]*)$/;

function pictureOf(url: string, index: number): Attachment | null {
  const [, mediaType, data] = dataUrl.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) return null;
  const name = `picture ${index + 1}`;
  const sizeBytes = Math.floor((data.length * 3) / 4);
  return { kind: 'image', name, mediaType, sizeBytes, width: null, height: null, data };
}

/** `{ "messages": […] }` as it is sent to a server, or the list alone. Pictures that lie elsewhere are left out and named. */
export function readOpenAi(entry: unknown, name: string): ReadChat | null {
  const read = file.safeParse(isOpenAiList(entry) ? { messages: entry } : entry);
  if (!read.success) return null;
  const skipped: Skipped[] = [];
  const messages: ForeignMessage[] = [];
  const prompts: string[] = [];
  for (const [index, one] of read.data.messages.entries()) {
    const place = `${name}, message ${index + 1}`;
    const parsed = openAiMessage.safeParse(one);
    if (!parsed.success) {
      skipped.push({ name: place, reason: 'It is no OpenAI message.' });
      continue;
    }
    const { role, content, reasoning_content: reasoning, tool_call_id: callId, tool_calls: calls } = parsed.data;
    const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
    const text = parts.flatMap((each) => each.text ?? []).join('\n\n');
    if (role === 'system' || role === 'developer') {
      prompts.push(text);
      continue;
    }
    const attachments: Attachment[] = [];
    for (const each of parts) {
      const url = 'image_url' in each ? each.image_url : undefined;
      if (url === undefined && each.text !== undefined) continue;
      const picture = url === undefined ? null : pictureOf(url, attachments.length);
      if (picture === null) skipped.push({ name: place, reason: `Its part of the kind “${each.type}” is left out.` });
      else attachments.push(picture);
    }
    const toolCalls: ToolCall[] = (calls ?? []).map(({ id, function: { name: called, arguments: given } }) => ({
      id,
      name: called,
      arguments: given,
    }));
    const isTool = role === 'tool' || role === 'function';
    const result = { callId: callId ?? '', name: parsed.data.name ?? '', content: text, isError: false };
    const last = messages.at(-1);
    if (isTool && last?.role === 'tool') {
      // One message of ours holds what all the tools said.
      last.extras = { ...last.extras, toolResults: [...last.extras.toolResults, result] };
      continue;
    }
    messages.push({
      key: String(index),
      parentKey: last?.key ?? null,
      role: isTool ? 'tool' : role,
      text: isTool ? '' : text,
      reasoning: reasoning ?? '',
      createdAt: null,
      model: null,
      turn: null,
      extras: { ...noExtras, attachments, toolCalls, toolResults: isTool ? [result] : [] },
    });
  }
  const question = messages.find(({ role }) => role === 'user')?.text;
  return {
    chat: {
      title: titleOf(read.data.title, question === undefined ? name : titleFrom(question)),
      createdAt: null,
      updatedAt: null,
      nimName: null,
      target: null,
      parameters: { ...noParameters, systemPrompt: prompts.length === 0 ? null : prompts.join('\n\n') },
      leafKey: messages.at(-1)?.key ?? null,
      messages,
    },
    skipped,
  };
}
