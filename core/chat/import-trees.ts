import { noExtras } from '../../shared/contract/conversations.ts';
import { z } from '../../shared/zod.ts';
import { type ForeignMessage, inOrder, type ReadChat, type Skipped, titleOf } from './foreign-chat.ts';
import { noParameters } from './rows.ts';

// The forms of two exports as their programs write them; neither is documented, so whatever is not used is not looked at.

const seconds = z.number().nullish().catch(null);
/** Seconds, or milliseconds, since 1970. */
function instantOf(time: number | null | undefined): string | null {
  if (time === null || time === undefined || !Number.isFinite(time) || time <= 0) return null;
  const date = new Date(time > 1e11 ? time : time * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const gptNode = z.looseObject({
  parent: z.string().nullish().catch(null),
  message: z
    .looseObject({
      author: z.looseObject({ role: z.string() }),
      create_time: seconds,
      content: z.looseObject({
        content_type: z.string().catch('text'),
        parts: z.array(z.unknown()).optional().catch(undefined),
        text: z.string().optional().catch(undefined),
      }),
      metadata: z
        .looseObject({ model_slug: z.string().nullish().catch(null) })
        .optional()
        .catch(undefined),
    })
    .nullish()
    .catch(null),
});
const gptChat = z.looseObject({
  title: z.unknown().optional(),
  create_time: seconds,
  update_time: seconds,
  current_node: z.string().nullish().catch(null),
  mapping: z.record(z.string(), z.unknown()),
});

interface Linked {
  parentKey: string | null;
  /** Null: a knot without a message that belongs to the talk. */
  message: Omit<ForeignMessage, 'key' | 'parentKey'> | null;
}

/** A knot that has no message is passed over: what follows it follows the one before. */
function messagesOf(knots: ReadonlyMap<string, Linked>): ForeignMessage[] {
  const shownParent = (key: string | null): string | null => {
    const seen = new Set<string>();
    let at = key;
    while (at !== null && !seen.has(at)) {
      seen.add(at);
      const knot = knots.get(at);
      if (knot === undefined) return null;
      if (knot.message !== null) return at;
      at = knot.parentKey;
    }
    return null;
  };
  const messages: ForeignMessage[] = [];
  for (const [key, { message, parentKey }] of knots) {
    if (message !== null) messages.push({ ...message, key, parentKey: shownParent(parentKey) });
  }
  return inOrder(messages);
}

/** An entry of ChatGPT's `conversations.json`: a `mapping` of knots, each with its parent. */
export function readChatGpt(entry: unknown, name: string): ReadChat | null {
  const read = gptChat.safeParse(entry);
  if (!read.success) return null;
  const { mapping, create_time: created, update_time: updated, current_node: current } = read.data;
  const title = titleOf(read.data.title, name);
  const skipped: Skipped[] = [];
  const knots = new Map<string, Linked>();
  for (const [key, value] of Object.entries(mapping)) {
    const node = gptNode.safeParse(value);
    if (!node.success) {
      skipped.push({ name: `${title}, message ${key}`, reason: 'It cannot be read.' });
      continue;
    }
    const { parent, message } = node.data;
    const role = message?.author.role;
    const parts = message?.content.parts ?? [message?.content.text ?? ''];
    const text = parts.filter((one) => typeof one === 'string').join('\n\n');
    const others = parts.filter((one) => typeof one !== 'string').length;
    const isTalk = (role === 'user' || role === 'assistant') && (text !== '' || others > 0);
    if (isTalk && others > 0) {
      skipped.push({ name: `${title}, message ${key}`, reason: `${others} of its parts are no text.` });
    }
    knots.set(key, {
      parentKey: parent ?? null,
      message: isTalk
        ? {
            role,
            text,
            reasoning: '',
            createdAt: instantOf(message?.create_time),
            model: message?.metadata?.model_slug ?? null,
            turn: null,
            extras: noExtras,
          }
        : null,
    });
  }
  const messages = messagesOf(knots);
  const chat = {
    title,
    createdAt: instantOf(created),
    updatedAt: instantOf(updated),
    nimName: null,
    target: null,
    parameters: noParameters,
    leafKey: messages.some(({ key }) => key === current) ? (current ?? null) : null,
    messages,
  };
  return { chat, skipped };
}

const webUiMessage = z.looseObject({
  parentId: z.string().nullish().catch(null),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  timestamp: seconds,
  model: z.string().nullish().catch(null),
});
const webUiChat = z.looseObject({
  title: z.unknown().optional(),
  created_at: seconds,
  updated_at: seconds,
  chat: z.looseObject({
    title: z.unknown().optional(),
    system: z.string().nullish().catch(null),
    history: z.looseObject({
      currentId: z.string().nullish().catch(null),
      messages: z.record(z.string(), z.unknown()),
    }),
  }),
});

/** An entry of Open WebUI's `chat-export-….json`: `chat.history.messages` by id, each with `parentId`. */
export function readOpenWebUi(entry: unknown, name: string): ReadChat | null {
  const read = webUiChat.safeParse(entry);
  if (!read.success) return null;
  const { chat, created_at: created, updated_at: updated } = read.data;
  const title = titleOf(read.data.title ?? chat.title, name);
  const skipped: Skipped[] = [];
  const knots = new Map<string, Linked>();
  for (const [key, value] of Object.entries(chat.history.messages)) {
    const parsed = webUiMessage.safeParse(value);
    if (!parsed.success) {
      skipped.push({ name: `${title}, message ${key}`, reason: 'It cannot be read.' });
      continue;
    }
    const { parentId, role, content, timestamp, model } = parsed.data;
    knots.set(key, {
      parentKey: parentId ?? null,
      message: {
        role,
        text: content,
        reasoning: '',
        createdAt: instantOf(timestamp),
        model: model ?? null,
        turn: null,
        extras: noExtras,
      },
    });
  }
  const messages = messagesOf(knots);
  const { currentId } = chat.history;
  const imported = {
    title,
    createdAt: instantOf(created),
    updatedAt: instantOf(updated),
    nimName: null,
    target: null,
    parameters: { ...noParameters, systemPrompt: chat.system ?? null },
    leafKey: messages.some(({ key }) => key === currentId) ? (currentId ?? null) : null,
    messages,
  };
  return { chat: imported, skipped };
}
