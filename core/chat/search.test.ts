import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { searchChats } from './search.ts';

let deps: TestDeps;
let store: Store;

const hostile =
  '<script>alert(1)</script> <img src=x onerror=alert(2)> a"b \u0001mark\u0002 %_\\ DROP TABLE messages;--';
const messages: Record<string, string> = {
  english: 'Paged attention keeps the cache in blocks, so that memory is not wasted.',
  german: 'Die Straße führt über den Fluss; Äpfel und Öl sind müßig.',
  chinese: '在内存中分页可以提高吞吐量。',
  japanese: '量子コンピュータの仕組みを説明してください。',
  code: 'const foo_bar = baz(42); // see snake_case_name and v1.2.3',
  hostile,
  long: `${'filler words that say nothing at all '.repeat(400)}needle ${'more filler words behind it '.repeat(400)}`,
};

beforeAll(async () => {
  deps = createTestDeps();
  store = await openStore(deps);
  const at = new Date(0).toISOString();
  for (const [id, text] of Object.entries(messages)) {
    await store.run(
      {
        sql: `INSERT INTO conversations (id, title, created_at, updated_at, parameters) VALUES (?, ?, ?, ?, '{}')`,
        values: [id, id === 'german' ? 'Über Wege' : `chat ${id}`, at, at],
      },
      {
        sql: `INSERT INTO messages (id, conversation_id, position, role, created_at, text, reasoning)
              VALUES (?, ?, 1, 'user', ?, ?, ?)`,
        values: [`message ${id}`, id, at, text, id === 'english' ? 'thinking of virtual memory pages' : ''],
      },
    );
  }
});
afterAll(async () => {
  await store.close();
  deps[Symbol.dispose]();
});

const search = (text: string, from = 0, count = 20) => searchChats(store, { text, from, count });
const found = async (text: string) => (await search(text)).hits.map(({ conversationId }) => conversationId);

it.each([
  ['attention', ['english']],
  ['ATTENTION paged', ['english']],
  ['cache att', ['english']],
  ['att cache', []],
  ['"keeps the cache"', ['english']],
  ['"cache the keeps"', []],
  ['“keeps the cache”', ['english']],
  ['virtual memory', ['english']],
  ['fuhrt', ['german']],
  ['führt über', ['german']],
  ['apfel', ['german']],
  ['内存', ['chinese']],
  ['存', ['chinese']],
  ['分页 吞吐', ['chinese']],
  ['页分', []],
  ['量子', ['japanese']],
  ['コンピュータ', ['japanese']],
  ['foo_bar', ['code']],
  ['snake_case', ['code']],
  ['v1.2', ['code']],
  ['42', ['code']],
  ['<script>alert', ['hostile']],
  ['a"b', ['hostile']],
  ['drop table', ['hostile']],
  ['needle', ['long']],
])('“%s” finds %j', async (text, expected) => {
  expect(await found(text)).toEqual(expected);
});

it.each([
  '',
  '   ',
  '"',
  '""',
  '***',
  'AND',
  'NOT',
  'a AND',
  'NEAR(',
  '(',
  ')',
  ':',
  'text:x',
  '-',
  '^',
  '{a b}:c',
  '\0',
  "'",
  '";--',
])('nothing in “%s” is an operator or an error', async (text) => {
  expect(Array.isArray((await search(text)).hits)).toBe(true);
});

it('a title is found too, before the messages, without its marks', async () => {
  const { hits } = await search('uber');
  expect(hits.map(({ conversationId, messageId }) => [conversationId, messageId])).toEqual([
    ['german', null],
    ['german', 'message german'],
  ]);
  expect(hits[0]).toMatchObject({ snippet: 'Über Wege', marks: [{ from: 0, length: 4 }] });
});

it('a snippet is plain text with places, cut around what was found', async () => {
  const [hit] = (await search('needle')).hits;
  expect(hit?.snippet.length).toBeLessThan(250);
  expect(hit?.snippet).toMatch(/^….*needle.*…$/);
  const marked = (await search('alert')).hits[0];
  const { snippet = '', marks = [] } = marked ?? {};
  expect(snippet).toContain('<script>alert(1)</script>');
  expect(marks.map(({ from, length }) => snippet.slice(from, from + length))).toEqual(['alert', 'alert']);
  const chinese = (await search('内存')).hits[0];
  expect(chinese?.snippet).toBe(messages['chinese']);
  expect(chinese?.marks).toEqual([{ from: 1, length: 2 }]);
});

it('comes in windows', async () => {
  const all = (await search('chat')).hits.map(({ conversationId }) => conversationId);
  expect(all).toHaveLength(6);
  const first = await search('chat', 0, 4);
  const rest = await search('chat', 4, 4);
  expect([first.hits.length, first.hasMore, rest.hits.length, rest.hasMore]).toEqual([4, true, 2, false]);
  expect([...first.hits, ...rest.hits].map(({ conversationId }) => conversationId)).toEqual(all);
  // Over the border between titles and messages as well.
  const one = await search('uber', 1, 5);
  expect(one.hits.map(({ messageId }) => messageId)).toEqual(['message german']);
});

it('without an index it finds the same words, only slower', async () => {
  const slow: Store = { ...store, hasFullText: false };
  const { hits } = await searchChats(slow, { text: 'PAGED attention', from: 0, count: 5 });
  expect(hits.map(({ conversationId }) => conversationId)).toEqual(['english']);
  expect(hits[0]?.marks.map(({ from, length }) => hits[0]?.snippet.slice(from, from + length))).toEqual([
    'Paged',
    'attention',
  ]);
});

it('an answer is found when it has ended, as it then is', async () => {
  const [row] = await store.all('SELECT max(number) AS last FROM messages');
  const turn = (state: string) => JSON.stringify({ state });
  await store.run({
    sql: `INSERT INTO messages (id, conversation_id, position, role, created_at, turn, text, reasoning)
          VALUES ('growing', 'english', 2, 'assistant', '1970-01-01T00:00:00.000Z', ?, 'quokka', '')`,
    values: [turn('streaming')],
  });
  expect(await found('quokka')).toEqual([]);
  await store.run({
    sql: `UPDATE messages SET text = 'quokka wombat', turn = ? WHERE id = 'growing'`,
    values: [turn('done')],
  });
  expect(await found('wombat')).toEqual(['english']);
  await store.run({ sql: `UPDATE messages SET text = 'numbat' WHERE id = 'growing'` });
  expect(await found('wombat')).toEqual([]);
  await store.run({ sql: `DELETE FROM messages WHERE id = 'growing'` });
  expect(await found('numbat')).toEqual([]);
  expect(await store.all(`INSERT INTO message_search (message_search, rank) VALUES ('integrity-check', 1)`)).toEqual(
    [],
  );
  expect(await store.all('SELECT max(number) AS last FROM messages')).toEqual([row]);
});
