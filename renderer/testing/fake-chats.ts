import type {
  ChatFolder,
  ChatListState,
  ChatSection,
  ImportOutcome,
  MessageWindow,
  SearchHit,
} from '../../shared/contract/chat-history.ts';
import type { Conversation, Message } from '../../shared/contract/conversations.ts';
import type { CallOptions } from '../../shared/rpc/contract.ts';
import { AppError } from '../../shared/errors.ts';

/** What the fake knows of chats besides the conversations themselves. */
export interface FakeChats {
  folders: Omit<ChatFolder, 'count'>[];
  hits: SearchHit[];
  outcome: ImportOutcome;
  /** The pieces of an exported file. */
  exported: string[];
  /** Versions of a message, by its id, where it has more than itself. */
  versions: Record<string, string[]>;
}

export const noFakeChats = (): FakeChats => ({
  folders: [],
  hits: [],
  outcome: { imported: [], skipped: [], skippedCount: 0 },
  exported: ['# A chat\n'],
  versions: {},
});

const sectionOf = (conversation: Conversation, folders: FakeChats['folders']): ChatSection => {
  const { deletedAt, pinnedAt, folderId } = conversation;
  if (deletedAt !== null) return { kind: 'bin' };
  if (pinnedAt !== null) return { kind: 'pinned' };
  return folderId !== null && folders.some(({ id }) => id === folderId)
    ? { kind: 'folder', folderId }
    : { kind: 'loose' };
};

const inSection = (all: readonly Conversation[], folders: FakeChats['folders'], section: ChatSection) =>
  all.filter((each) => {
    const own = sectionOf(each, folders);
    return own.kind === 'folder' && section.kind === 'folder'
      ? own.folderId === section.folderId
      : own.kind === section.kind;
  });

export function chatListOf(
  all: readonly Conversation[],
  folders: FakeChats['folders'],
  revision: number,
): ChatListState {
  const count = (section: ChatSection) => inSection(all, folders, section).length;
  return {
    revision,
    pinned: count({ kind: 'pinned' }),
    loose: count({ kind: 'loose' }),
    bin: count({ kind: 'bin' }),
    folders: folders.map((folder) => ({ ...folder, count: count({ kind: 'folder', folderId: folder.id }) })),
    newest: all.filter(({ deletedAt }) => deletedAt === null).slice(0, 50),
  };
}

export function chatSectionOf(
  all: readonly Conversation[],
  folders: FakeChats['folders'],
  { section, from, count }: { section: ChatSection; from: number; count: number },
) {
  const found = inSection(all, folders, section);
  return { total: found.length, conversations: found.slice(from, from + count) };
}

export function conversationOf(all: readonly Conversation[], id: string): Conversation {
  const found = all.find((each) => each.id === id);
  if (found === undefined) throw new AppError('NOT_FOUND', 'This conversation is no longer there.');
  return found;
}

export function messageWindowOf(
  messages: readonly Message[],
  versions: FakeChats['versions'],
  { from, count }: { from: number | null; count: number },
): MessageWindow {
  const begin = Math.min(from ?? Math.max(0, messages.length - count), messages.length);
  return {
    total: messages.length,
    from: begin,
    messages: messages
      .slice(begin, begin + count)
      .map((message) => ({ ...message, versions: versions[message.id] ?? [message.id] })),
    updatedAt: messages.at(-1)?.createdAt ?? '',
    leafId: messages.at(-1)?.id ?? null,
  };
}

/** A stream that ends by itself: the pieces of a file. */
export const filePieces = (chats: () => FakeChats) =>
  async function* pieces(_input: unknown, _options?: CallOptions) {
    for (const text of chats().exported) yield { fileName: 'A chat.md', mediaType: 'text/markdown', text };
  };
