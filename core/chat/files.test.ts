import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportFormat } from '../../shared/contract/chat-history.ts';
import type { ChatChoices } from '../../shared/contract/conversations.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { fileNameOf } from './export.ts';
import { type ChatHistory, createHistory } from './history.ts';

let deps: TestDeps;
let store: Store;
let history: ChatHistory;

beforeEach(async () => {
  deps = createTestDeps();
  store = await openStore(deps);
  history = await createHistory({
    store,
    now: () => Date.parse('2026-03-01T12:00:00Z'),
    live: (message) => message,
    stopIn: () => Promise.resolve(),
  });
});
afterEach(async () => {
  history.close();
  await store.close();
  deps[Symbol.dispose]();
});

async function take(content: unknown, fileName = 'file.json') {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const half = Math.ceil(text.length / 2);
  const first = await history.api.import({ importId: null, fileName, text: text.slice(0, half), isLast: false });
  expect(first.outcome).toBeNull();
  const { outcome } = await history.api.import({
    importId: first.importId,
    fileName,
    text: text.slice(half),
    isLast: true,
  });
  if (outcome === null) throw new Error('no outcome');
  return outcome;
}
async function save(conversationId: string, format: ExportFormat) {
  let text = '';
  let fileName = '';
  for await (const piece of history.api.export({ conversationId, format })) {
    text += piece.text;
    ({ fileName } = piece);
  }
  return { text, fileName };
}
const shown = async (conversationId: string) =>
  (await history.api.messages({ conversationId, from: null, count: 50 })).messages;
const onlyId = (outcome: Awaited<ReturnType<typeof take>>) => outcome.imported[0]?.conversationId ?? '';

const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
const openAi = {
  title: 'Weather: "Öl" & 天气',
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: [{ type: 'text', text: 'What is this?' }, picture] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call-1', type: 'function', function: { name: 'look', arguments: '{"at": "it"}' } }],
    },
    { role: 'tool', tool_call_id: 'call-1', content: 'a ``` cat' },
    { role: 'assistant', content: 'A <b>cat</b>.' },
  ],
};

describe('OpenAI messages', () => {
  it('come in with pictures and calls, and go out as they came', async () => {
    const outcome = await take(openAi);
    expect(outcome).toMatchObject({ imported: [{ title: openAi.title, messages: 4 }], skipped: [] });
    const conversationId = onlyId(outcome);
    expect((await history.api.get({ conversationId })).parameters.systemPrompt).toBe('Be short.');
    expect((await shown(conversationId)).map(({ role, text }) => [role, text])).toEqual([
      ['user', 'What is this?'],
      ['assistant', ''],
      ['tool', ''],
      ['assistant', 'A <b>cat</b>.'],
    ]);
    const { text, fileName } = await save(conversationId, 'openai');
    expect(fileName).toBe('Weather Öl & 天气.openai.json');
    const messages = [...openAi.messages];
    messages[1] = { role: 'user', content: [picture, { type: 'text', text: 'What is this?' }] };
    expect(JSON.parse(text)).toEqual({ messages });
    expect((await history.api.search({ text: 'cat', from: 0, count: 5 })).hits).toHaveLength(1);
  });

  it('a bare list is one chat, each line of a JSONL file is one, and what is no message is named', async () => {
    const [, question, , , answer] = openAi.messages;
    expect((await take([question, answer])).imported).toHaveLength(1);
    const lines = [{ messages: [question] }, { messages: [{ role: 'wizard' }, answer] }, { other: 1 }];
    const outcome = await take(lines.map((line) => JSON.stringify(line)).join('\n'), 'set.jsonl');
    expect(outcome.imported.map(({ messages }) => messages)).toEqual([1, 1]);
    expect(outcome.skipped).toEqual([
      { name: 'set.jsonl, chat 2, message 1', reason: 'It is no OpenAI message.' },
      { name: 'set.jsonl, chat 3', reason: 'It is no chat in a form that is known here.' },
    ]);
  });

  it('a picture that lies elsewhere is left out by name, and nothing is fetched', async () => {
    const far = { type: 'image_url', image_url: { url: 'http://127.0.0.1:1/x.png' } };
    const outcome = await take({ messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, far] }] });
    expect(outcome.skipped).toEqual([
      { name: 'file.json, message 1', reason: 'Its part of the kind “image_url” is left out.' },
    ]);
  });
});

describe('our own JSON', () => {
  it('goes round whole: versions, the path that is shown, parameters, what was measured', async () => {
    const conversationId = onlyId(await take(openAi));
    const [first] = await shown(conversationId);
    const choices: ChatChoices = {
      tools: ['calculate', 'look'],
      toolChoice: 'required',
      isAutomatic: true,
      format: { kind: 'schema', name: 'answer', schema: { type: 'object' } },
    };
    await history.api.keepChoices({ conversationId, choices });
    await store.run({
      sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, created_at, text, reasoning)
            VALUES ('edited', ?, NULL, 9, 'user', '2026-02-01T00:00:00.000Z', 'edited', '')`,
      values: [conversationId],
    });
    const { text, fileName } = await save(conversationId, 'json');
    expect(fileName).toBe('Weather Öl & 天气.nimdeck.json');
    const copyId = onlyId(await take(text, fileName));
    expect(copyId).not.toBe(conversationId);
    expect((await history.api.get({ conversationId: copyId })).choices).toEqual(choices);
    const again = await save(copyId, 'json');
    // But for the ids, which are new, and the times of what had none.
    const withoutIds = (json: string) =>
      json.replaceAll(/"(?:[0-9a-f]{8}-[0-9a-f-]{27}|edited)"/g, '"id"').replaceAll(/"text":"edited"/g, '');
    expect(withoutIds(again.text)).toBe(withoutIds(text));
    const copied = await shown(copyId);
    expect(copied.map(({ text: each }) => each)).toEqual((await shown(conversationId)).map(({ text: each }) => each));
    expect(copied[0]?.versions).toHaveLength(2);
    expect((await history.api.attachment({ messageId: copied[0]?.id ?? '', index: 0 })).data).toBe(
      (await history.api.attachment({ messageId: first?.id ?? '', index: 0 })).data,
    );
  });

  it('choices that cannot be read are none, and the chat comes all the same', async () => {
    const { text } = await save(onlyId(await take(openAi)), 'json');
    const file: { conversation: { choices: unknown } } = JSON.parse(text);
    file.conversation.choices = { tools: 7 };
    const conversationId = onlyId(await take(file));
    expect(await history.api.get({ conversationId })).toMatchObject({ title: openAi.title, choices: null });
  });

  it('one bad message takes none of the others with it', async () => {
    const { text } = await save(onlyId(await take(openAi)), 'json');
    const file: { messages: unknown[] } = JSON.parse(text);
    file.messages[1] = { id: 7 };
    file.messages.push(file.messages[0], 'nonsense');
    const outcome = await take(file);
    expect(outcome).toMatchObject({ imported: [{ messages: 3 }], skippedCount: 3 });
    expect((await shown(onlyId(outcome))).map(({ role }) => role)).toEqual(['user', 'tool', 'assistant']);
  });
});

it('ChatGPT’s export keeps its branches and names what is no text', async () => {
  const message = (role: string, parts: unknown[], time = 1_700_000_000) => ({
    author: { role },
    create_time: time,
    content: { content_type: 'text', parts },
    metadata: { model_slug: 'gpt-x' },
  });
  const mapping = {
    root: { id: 'root', parent: null, children: ['sys'], message: null },
    sys: { id: 'sys', parent: 'root', children: ['q'], message: message('system', ['']) },
    // Not in the order of the tree, as such files are.
    a2: { id: 'a2', parent: 'q', children: [], message: message('assistant', ['second']) },
    a1: { id: 'a1', parent: 'q', children: [], message: message('assistant', ['first']) },
    q: { id: 'q', parent: 'sys', children: ['a1', 'a2'], message: message('user', ['hi', { asset_pointer: 'x' }]) },
    bad: { parent: 'q', message: 7 },
  };
  const outcome = await take([{ title: 'Trip', create_time: 1_700_000_000.5, current_node: 'a1', mapping }, 'junk']);
  expect(outcome.imported).toMatchObject([{ title: 'Trip', messages: 3 }]);
  expect(outcome.skipped.map(({ name }) => name)).toEqual(['Trip, message q', 'file.json, chat 2']);
  const messages = await shown(onlyId(outcome));
  expect(messages.map(({ text }) => text)).toEqual(['hi', 'first']);
  expect(messages[1]).toMatchObject({ createdAt: '2023-11-14T22:13:20.000Z', turn: { state: 'done', model: 'gpt-x' } });
  expect(messages[1]?.versions).toHaveLength(2);
});

it('Open WebUI’s export keeps its branches', async () => {
  const chat = {
    title: 'Soup',
    history: {
      currentId: 'b',
      messages: {
        a: { id: 'a', parentId: null, role: 'user', content: 'soup?', timestamp: 1_700_000_000 },
        b: { id: 'b', parentId: 'a', role: 'assistant', content: 'yes', model: 'llama' },
        c: { id: 'c', parentId: 'a', role: 'assistant', content: 'no' },
      },
    },
  };
  const outcome = await take([{ id: 'x', title: 'Soup', chat }]);
  expect((await shown(onlyId(outcome))).map(({ text }) => text)).toEqual(['soup?', 'yes']);
});

it('Markdown shows the path, with fences that nothing in it ends', async () => {
  const { text, fileName } = await save(onlyId(await take(openAi)), 'markdown');
  expect(fileName).toBe('Weather Öl & 天气.md');
  expect(text).toContain('# Weather: "Öl" & 天气\n');
  expect(text).toContain('(picture: picture 1)\n\nWhat is this?');
  expect(text).toContain('````\na ``` cat\n````');
  expect(text).toContain('A <b>cat</b>.');
});

it.each([
  ['nonsense', 'is not JSON'],
  ['', 'is not JSON'],
  ['{"a": 1}', 'holds no chat'],
  ['[]', 'holds no chat'],
  ['[[[[]]]]', 'holds no chat'],
  ['null', 'holds no chat'],
  ['{"__proto__": {"messages": []}}', 'holds no chat'],
])('%s is refused by name', async (text, reason) => {
  await expect(take(text, 'odd.json')).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining(reason),
  });
  expect(await store.all('SELECT id FROM conversations')).toEqual([]);
});

it('a file over 64 MiB is refused while it comes, and an import that is unknown too', async () => {
  const text = 'x'.repeat(1_000_000);
  let importId: string | null = null;
  const all = async () => {
    for (let piece = 0; piece < 70; piece += 1) {
      const reply: { importId: string } = await history.api.import({ importId, fileName: 'big', text, isLast: false });
      ({ importId } = reply);
    }
  };
  await expect(all()).rejects.toMatchObject({ code: 'BAD_INPUT', message: 'big is larger than 64 MiB.' });
  await expect(history.api.import({ importId, fileName: 'big', text, isLast: true })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it.each([
  ['../../etc/passwd', 'etc passwd.md'],
  ['CON', 'Chat CON.md'],
  ['a\u202Egnp.exe', 'a gnp.exe.md'],
  ['...', 'Chat.md'],
  ['   ', 'Chat.md'],
  ['x'.repeat(300), `${'x'.repeat(80)}.md`],
  ['Grüße 👩‍👩‍👧', 'Grüße 👩 👩 👧.md'],
])('“%s” as a file’s name', (title, name) => {
  expect(fileNameOf(title, 'md')).toBe(name);
});
