import type { SearchHit } from '../../shared/contract/chat-history.ts';
import { markWords, readSnippet, snippetMarks, toMatch, wordsOf } from '../lib/search-words.ts';
import type { Row, Store } from '../store/store.ts';
import { toMessage } from './rows.ts';

export interface SearchQuery {
  text: string;
  from: number;
  count: number;
}

/** Tokens of a snippet, which fill two lines of the list. */
const snippetTokens = 24;
/** Without an index: letters before and behind what was found. */
const around = 60;

/**
 * Chats whose title has all the words, then messages that have them, the newest first; nothing from the bin.
 * The index answers in the order of writing by itself, so that a word that stands everywhere costs no more than a rare one.
 */
export async function searchChats(
  store: Store,
  { text, from, count }: SearchQuery,
): Promise<{ hits: SearchHit[]; hasMore: boolean }> {
  const words = wordsOf(text);
  if (words.length === 0) return { hits: [], hasMore: false };
  const titles = await inTitles(store, words, from, count + 1);
  const missing = count + 1 - titles.length;
  // The first window, which each key asks for, needs no count of all titles.
  const skipped = missing === 0 || from === 0 ? 0 : Math.max(0, from - (await countTitles(store, words)));
  const texts = missing === 0 ? [] : await inMessages(store, text, words, skipped, missing);
  const hits = [...titles, ...texts];
  return { hits: hits.slice(0, count), hasMore: hits.length > count };
}

const hasWords = (column: string, words: readonly string[]) =>
  words.map(() => `instr(search_fold(${column}), ?) > 0`).join(' AND ');

async function countTitles(store: Store, words: readonly string[]): Promise<number> {
  const [row] = await store.all(
    `SELECT count(*) AS count FROM conversations WHERE deleted_at IS NULL AND ${hasWords('title', words)}`,
    words,
  );
  return Number(row?.['count'] ?? 0);
}

async function inTitles(store: Store, words: readonly string[], from: number, count: number): Promise<SearchHit[]> {
  const rows = await store.all(
    `SELECT id, title, updated_at FROM conversations WHERE deleted_at IS NULL AND ${hasWords('title', words)}
     ORDER BY updated_at DESC, id LIMIT ? OFFSET ?`,
    [...words, count, from],
  );
  return rows.map(({ id, title, updated_at: at }) => {
    const { text, marks } = markWords(String(title), words);
    const place = { conversationId: String(id), messageId: null, role: null, at: String(at) };
    return { ...place, title: text, snippet: text, marks };
  });
}

async function inMessages(
  store: Store,
  typed: string,
  words: readonly string[],
  from: number,
  count: number,
): Promise<SearchHit[]> {
  if (!store.hasFullText) return await withoutIndex(store, words, from, count);
  const match = toMatch(typed);
  if (match === null) return [];
  const rows = await store.all(
    `SELECT m.id, m.conversation_id, m.role, m.created_at, c.title,
            snippet(message_search, -1, ?, ?, ?, ${snippetTokens}) AS snippet
     FROM message_search s JOIN messages m ON m.number = s.rowid JOIN conversations c ON c.id = m.conversation_id
     WHERE message_search MATCH ? AND c.deleted_at IS NULL ORDER BY s.rowid DESC LIMIT ? OFFSET ?`,
    [snippetMarks.open, snippetMarks.close, snippetMarks.cut, match, count, from],
  );
  return rows.map((row) => {
    const { text, marks } = readSnippet(String(row['snippet']));
    return hitOf(row, text, marks);
  });
}

async function withoutIndex(store: Store, words: readonly string[], from: number, count: number): Promise<SearchHit[]> {
  const [first = ''] = words;
  const rows = await store.all(
    `SELECT m.id, m.conversation_id, m.role, m.created_at, c.title,
            substr(m.text, max(1, instr(search_fold(m.text), ?) - ${around}), ${2 * around}) AS snippet
     FROM messages m JOIN conversations c ON c.id = m.conversation_id
     WHERE c.deleted_at IS NULL AND ${hasWords('m.text', words)} ORDER BY m.number DESC LIMIT ? OFFSET ?`,
    [first, ...words, count, from],
  );
  return rows.map((row) => {
    const { text, marks } = markWords(String(row['snippet']), words);
    return hitOf(row, text, marks);
  });
}

function hitOf(row: Row, snippet: string, marks: SearchHit['marks']): SearchHit {
  // Read as a message is, so that one bad record gives a poor hit instead of none.
  const { id, conversationId, role, createdAt } = toMessage(row);
  return { conversationId, title: String(row['title']), messageId: id, role, at: createdAt, snippet, marks };
}
