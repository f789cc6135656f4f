import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { identifier, nothing } from './common.ts';
import { chatChoices, conversation, message } from './conversations.ts';

/** What a list shows; the rest of a chat can be long and is asked for with `get`. */
export const conversationEntry = conversation.omit({ parameters: true, target: true, choices: true });
export type ConversationEntry = z.infer<typeof conversationEntry>;

export const chatFolder = z.object({
  id: identifier,
  name: z.string(),
  /** Those that stand in it: neither pinned nor in the bin. */
  count: z.number().int(),
});
export type ChatFolder = z.infer<typeof chatFolder>;

/** Where a chat stands: each in one place. `loose`: in no folder. A pinned one comes back to its folder. */
export const chatSection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pinned') }),
  z.strictObject({ kind: z.literal('folder'), folderId: identifier }),
  z.strictObject({ kind: z.literal('loose') }),
  z.strictObject({ kind: z.literal('bin') }),
]);
export type ChatSection = z.infer<typeof chatSection>;

/** What lists are laid out by; the chats themselves are read in windows, with `list`. */
export const chatListState = z.object({
  /** Another one after whatever changed: windows read before are old. */
  revision: z.number().int(),
  pinned: z.number().int(),
  loose: z.number().int(),
  bin: z.number().int(),
  /** In their order. */
  folders: z.array(chatFolder),
  /** At most 50, the last written to first, wherever they stand but in the bin. */
  newest: z.array(conversationEntry),
});
export type ChatListState = z.infer<typeof chatListState>;

/** A message on the path that is shown. */
export const shownMessage = message.extend({
  /** The versions of this message, in the order of writing, itself among them; one when there is no other. */
  versions: z.array(identifier),
});
export type ShownMessage = z.infer<typeof shownMessage>;

export const messageWindow = z.object({
  /** How many messages the path has. */
  total: z.number().int(),
  /** The place on the path of the first one here. */
  from: z.number().int(),
  messages: z.array(shownMessage),
  /** When the conversation was written to last, and the end of the path: as in the lists. */
  ...conversation.pick({ updatedAt: true, leafId: true }).shape,
});
export type MessageWindow = z.infer<typeof messageWindow>;

export const searchHit = z.object({
  conversationId: identifier,
  title: z.string(),
  /** Null: it stands in the title. */
  messageId: identifier.nullable(),
  role: message.shape.role.nullable(),
  at: message.shape.createdAt,
  /** Plain text, with `…` where it was cut. */
  snippet: z.string(),
  /** What was found in `snippet`: UTF-16 code units, in order. */
  marks: z.array(z.object({ from: z.number().int(), length: z.number().int() })),
});
export type SearchHit = z.infer<typeof searchHit>;

/** `markdown` to read, `json` to bring back whole with all versions, `openai` the shown path as `messages`. */
export const exportFormat = z.enum(['markdown', 'json', 'openai']);
export type ExportFormat = z.infer<typeof exportFormat>;

export const importOutcome = z.object({
  imported: z.array(z.object({ conversationId: identifier, title: z.string(), messages: z.number().int() })),
  /** What was left out, by the name that it has in the file, and why. At most 200. */
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  skippedCount: z.number().int(),
});
export type ImportOutcome = z.infer<typeof importOutcome>;

const byConversation = z.strictObject({ conversationId: identifier });
const name = z.string().trim().min(1).max(200);
const windowCount = z.number().int().min(1).max(200);

/** The part of `chat` that keeps and finds; the part that asks is in `chat.ts`. */
export const historyOperations = {
  watch: stream(nothing, chatListState),
  /** Pinned: the last pinned first; the bin: the last removed; the others: the last written to. */
  list: request(
    z.strictObject({ section: chatSection, from: z.number().int().min(0), count: windowCount }),
    z.object({ total: z.number().int(), conversations: z.array(conversationEntry) }),
  ),
  /** Also one that lies in the bin. */
  get: request(byConversation, conversation),
  /**
   * A window of the path that is shown: `count` messages from the place `from` on, or the last `count` (null). Fewer where
   * they are long: at most 2 MiB, at least one. The pictures of attachments are left out, see `attachment`.
   */
  messages: request(
    byConversation.extend({ from: z.number().int().min(0).nullable(), count: windowCount }),
    messageWindow,
  ),
  /** One attachment whole, by its place in the message. */
  attachment: request(
    z.strictObject({ messageId: identifier, index: z.number().int().min(0) }),
    z.object({ data: z.string() }),
  ),
  /** Shows the path that leads through this message; where it stands on it. */
  choose: request(
    z.strictObject({ messageId: identifier }),
    z.object({ conversationId: identifier, index: z.number().int() }),
  ),
  markRead: request(byConversation, nothing),
  /** At once, whether or not anything is asked with them. */
  keepChoices: request(byConversation.extend({ choices: chatChoices }), nothing),
  rename: request(byConversation.extend({ title: name }), nothing),
  pin: request(byConversation.extend({ isPinned: z.boolean() }), nothing),
  moveToFolder: request(byConversation.extend({ folderId: identifier.nullable() }), nothing),
  createFolder: request(z.strictObject({ name }), z.object({ folderId: identifier })),
  renameFolder: request(z.strictObject({ folderId: identifier, name }), nothing),
  /** Before another one; null: to the end. */
  moveFolder: request(z.strictObject({ folderId: identifier, beforeId: identifier.nullable() }), nothing),
  /** Its chats stay, in no folder. */
  removeFolder: request(z.strictObject({ folderId: identifier }), nothing),
  /** Into the bin, for 30 days; an answer under way is stopped. */
  remove: request(byConversation, nothing),
  /** From the bin to where it was. */
  restore: request(byConversation, nothing),
  /** From the disk, and for good: one that lies in the bin, or (null) all that do. */
  erase: request(z.strictObject({ conversationId: identifier.nullable() }), z.object({ erased: z.number().int() })),
  /** In titles, questions, answers and what was reasoned, the newest first; words in any order, “in quotes” as they stand. */
  search: request(
    z.strictObject({
      text: z.string().max(1_000),
      from: z.number().int().min(0),
      count: z.number().int().min(1).max(100),
    }),
    z.object({ hits: z.array(searchHit), hasMore: z.boolean() }),
  ),
  /** The file in pieces, in order; `fileName` is the same in each. */
  export: stream(
    byConversation.extend({ format: exportFormat }),
    z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() }),
  ),
  /**
   * A file in pieces (the first with `importId` null); with the last one it is read and kept, all chats that can be read.
   * JSON of ours, of ChatGPT and of Open WebUI, OpenAI `messages`. BAD_INPUT where it is none of these, or over 64 MiB.
   */
  import: request(
    z.strictObject({
      importId: identifier.nullable(),
      fileName: z.string().max(512),
      text: z.string().max(1_000_000),
      isLast: z.boolean(),
    }),
    z.object({ importId: identifier, outcome: importOutcome.nullable() }),
  ),
};
