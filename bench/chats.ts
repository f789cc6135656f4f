import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createHistory } from '../core/chat/history.ts';
import { addFunctions } from '../core/store/functions.ts';
import { openStore } from '../core/store/open-store.ts';
import { historyOperations } from '../shared/contract/chat-history.ts';
import { connect } from '../shared/rpc/connect.ts';
import { createPair } from '../shared/rpc/pair.ts';
import { serve } from '../shared/rpc/serve.ts';
import type { Prepared } from './bench.ts';
import { pageMeasures } from './chat-pages.ts';
import { fillChats, heavyId } from './chat-store.ts';

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
 * wire or checks: what is above it is what Nimdeck costs. Then the same chats in the page (`chat-pages.ts`).
 */
export async function chatsMeasure(isSmoke: boolean): Promise<Prepared> {
  const [chats, heavyTokens] = isSmoke ? [50, 3_000] : [5_000, 300_000];
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-bench-chats-'));
  const store = await openStore({ dataFolder: folder, now: Date.now });
  const texts = await fillChats(store, chats, heavyTokens);
  const history = await createHistory({ store, now: Date.now, live: (message) => message, stopIn: async () => {} });
  const contract = { chat: historyOperations };
  const [client, server] = createPair();
  serve(server, contract, { chat: history.api });
  const api = connect(client, contract);
  const parts = new AsyncDisposableStack();
  const pages = await pageMeasures({ dataFolder: folder, chats, heavyTokens, texts, isSmoke }, parts);
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
    rounds: 9,
    warmUps: 1,
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
            await api.chat.get({ conversationId: heavyId });
            await api.chat.messages({ conversationId: heavyId, from: null, count: 60 });
          }),
        comparator: () =>
          timed(() =>
            all(`SELECT * FROM messages WHERE conversation_id = '${heavyId}' ORDER BY position DESC LIMIT 60`),
          ),
      },
      {
        name: `a chat of ${heavyTokens} tokens whole, in windows`,
        against: 'the same rows from SQLite',
        ours: () =>
          timed(async () => {
            for (let from = 0, total = 1; from < total;) {
              const window = await api.chat.messages({ conversationId: heavyId, from, count: 200 });
              from += window.messages.length;
              total = window.total;
            }
          }),
        comparator: () =>
          timed(() => all(`SELECT * FROM messages WHERE conversation_id = '${heavyId}' ORDER BY position`)),
      },
      searching('a word that is everywhere', 'word0', '"word0"*'),
      searching('a rare word', `word${(3_990).toString(36)}`, `"word${(3_990).toString(36)}"*`),
      searching('three words, the last half typed', 'word1 word2 wor', '"word1" AND "word2" AND "wor"*'),
      searching('what is nowhere', 'nowhere', '"nowhere"*'),
      ...pages,
    ],
    async [Symbol.asyncDispose]() {
      await parts.disposeAsync();
      client.close();
      plain.close();
      history.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
