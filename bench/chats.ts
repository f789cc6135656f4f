import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createHistory } from '../core/chat/history.ts';
import { addFunctions } from '../core/store/functions.ts';
import { openStore } from '../core/store/open-store.ts';
import type { Statement, Store } from '../core/store/store.ts';
import { historyOperations } from '../shared/contract/chat-history.ts';
import { connect } from '../shared/rpc/connect.ts';
import { createPair } from '../shared/rpc/pair.ts';
import { serve } from '../shared/rpc/serve.ts';
import { createRandom } from '../scripts/soak/random.ts';
import type { Prepared } from './bench.ts';

const seed = 1;
/** Letters of a token of English prose, about. */
const lettersPerToken = 4;
const words = Array.from({ length: 4_000 }, (_, index) => `word${index.toString(36)}`);

/** Prose of so many letters from 4,000 words, common ones far more often than rare ones, as in a language. */
function prose(letters: number, random: ReturnType<typeof createRandom>): string {
  const parts: string[] = [];
  for (let length = 0; length < letters;) {
    const word = words[Math.floor(random.next() ** 3 * words.length)] ?? '';
    parts.push(word);
    length += word.length + 1;
  }
  return parts.join(' ');
}

/** Chats with a question and an answer each, and one of 300,000 tokens in 600 messages. */
async function fill(store: Store, chats: number, heavyTokens: number): Promise<void> {
  const random = createRandom(seed);
  const turn = JSON.stringify({ state: 'done', model: 'meta/llama' });
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
  let statements: Statement[] = [];
  const add = (id: string, index: number, messages: number, letters: number) => {
    statements.push({
      sql: `INSERT INTO conversations (id, title, created_at, updated_at, nim_name, parameters, leaf_id)
            VALUES (?, ?, ?, ?, 'llama', '{}', ?)`,
      values: [id, prose(30, random), at(index), at(index), `${id}-${messages - 1}`],
    });
    for (let each = 0; each < messages; each += 1) {
      const isAnswer = each % 2 === 1;
      statements.push({
        sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, created_at, turn, text, reasoning)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')`,
        values: [
          `${id}-${each}`,
          id,
          each === 0 ? null : `${id}-${each - 1}`,
          each + 1,
          isAnswer ? 'assistant' : 'user',
          at(index),
          isAnswer ? turn : null,
          prose(isAnswer ? letters * 1.8 : letters * 0.2, random),
        ],
      });
    }
  };
  for (let index = 0; index < chats; index += 1) {
    add(`chat-${index}`, index, 2, 1_500);
    if (statements.length < 1_000) continue;
    await store.run(...statements);
    statements = [];
  }
  const heavyMessages = 600;
  add('heavy', chats, heavyMessages, (heavyTokens * lettersPerToken) / heavyMessages);
  await store.run(...statements);
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

const timed = async (act: () => unknown): Promise<number> => {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
};

/**
 * Lists, opens and searches chats over the wire, beside the same question put to SQLite in this process, without worker,
 * wire or checks: what is above it is what Nimdeck costs.
 */
export async function chatsMeasure(isSmoke: boolean): Promise<Prepared> {
  const [chats, heavyTokens] = isSmoke ? [50, 3_000] : [5_000, 300_000];
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-bench-chats-'));
  const store = await openStore({ dataFolder: folder, now: Date.now });
  await fill(store, chats, heavyTokens);
  const history = await createHistory({ store, now: Date.now, live: (message) => message, stopIn: async () => {} });
  const contract = { chat: historyOperations };
  const [client, server] = createPair();
  serve(server, contract, { chat: history.api });
  const api = connect(client, contract);
  const plain = new DatabaseSync(join(folder, 'nimdeck.db'), { readOnly: true });
  addFunctions(plain);
  const size = `${chats} chats`;
  const all = (sql: string, ...values: (string | number)[]) => plain.prepare(sql).all(...values);

  const searching = (name: string, text: string, match: string) => ({
    name: `search ${size}: ${name}`,
    against: 'the same FTS5 query in SQLite',
    ours: () => timed(() => api.chat.search({ text, from: 0, count: 30 })),
    comparator: () =>
      timed(() =>
        all(
          `SELECT rowid, snippet(message_search, -1, '[', ']', '…', 24) FROM message_search
           WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT 31`,
          match,
        ),
      ),
  });

  return {
    rounds: 15,
    warmUps: 2,
    measures: [
      {
        name: `the list of ${size}: its state and the first 50`,
        against: 'the same rows from SQLite',
        ours: () =>
          timed(async () => {
            await firstOf(api.chat.watch({}));
            await api.chat.list({ section: { kind: 'loose' }, from: 0, count: 50 });
          }),
        comparator: () => timed(() => all('SELECT * FROM conversations ORDER BY updated_at DESC LIMIT 50')),
      },
      {
        name: `the list of ${size}: 50 from the middle`,
        against: 'the same rows from SQLite',
        ours: () => timed(() => api.chat.list({ section: { kind: 'loose' }, from: Math.floor(chats / 2), count: 50 })),
        comparator: () =>
          timed(() =>
            all('SELECT * FROM conversations ORDER BY updated_at DESC LIMIT 50 OFFSET ?', Math.floor(chats / 2)),
          ),
      },
      {
        name: `opening a chat of ${heavyTokens} tokens: the last 60 messages`,
        against: 'the same rows from SQLite',
        ours: () =>
          timed(async () => {
            await api.chat.get({ conversationId: 'heavy' });
            await api.chat.messages({ conversationId: 'heavy', from: null, count: 60 });
          }),
        comparator: () =>
          timed(() => all(`SELECT * FROM messages WHERE conversation_id = 'heavy' ORDER BY position DESC LIMIT 60`)),
      },
      {
        name: `a chat of ${heavyTokens} tokens whole, in windows`,
        against: 'the same rows from SQLite',
        ours: () =>
          timed(async () => {
            for (let from = 0, total = 1; from < total;) {
              const window = await api.chat.messages({ conversationId: 'heavy', from, count: 200 });
              from += window.messages.length;
              total = window.total;
            }
          }),
        comparator: () => timed(() => all(`SELECT * FROM messages WHERE conversation_id = 'heavy' ORDER BY position`)),
      },
      searching('a word that is everywhere', 'word0', '"word0"*'),
      searching('a rare word', `word${(3_990).toString(36)}`, `"word${(3_990).toString(36)}"*`),
      searching('three words, the last half typed', 'word1 word2 wor', '"word1" AND "word2" AND "wor"*'),
      searching('what is nowhere', 'nowhere', '"nowhere"*'),
    ],
    async [Symbol.asyncDispose]() {
      client.close();
      plain.close();
      history.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
