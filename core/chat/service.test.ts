import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message, TurnDelta } from '../../shared/contract/chat.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import type { NimsService } from '../nims/service.ts';
import { createCatalogService } from '../catalog/service.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { type Asked, type ScriptedServer, startScriptedServer } from '../testing/scripted-http.ts';
import { type ChatService, createChatService } from './service.ts';

const nimId = 'ab'.repeat(32);
const target = { kind: 'nim', nimId } as const;
const parameters = { systemPrompt: null, temperature: 0.5, topP: null, maxTokens: null };
const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const says = (content: string) => event({ choices: [{ index: 0, delta: { content } }] });
const finish = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usage = event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } });
const done = 'data: [DONE]\n\n';

let deps: TestDeps;
let nim: ScriptedServer;
let store: Store;
let chat: ChatService;
let present: Nim;

const nims = (): NimsService =>
  ({
    get(id: string) {
      if (id !== nimId) throw new AppError('NOT_FOUND', 'no such NIM');
      return present;
    },
  }) as unknown as NimsService;

const parts = (kept: Store = store) => ({
  nims: nims(),
  ngc: { key: async () => null },
  catalog: createCatalogService(),
  store: kept,
});

async function restart() {
  await chat.close();
  await store.close();
  store = await openStore(deps);
  chat = await createChatService(deps, parts());
}

beforeEach(async () => {
  deps = createTestDeps();
  nim = await startScriptedServer();
  present = {
    id: nimId,
    name: 'llama',
    status: 'ready',
    address: nim.address,
    models: ['meta/llama', 'meta/llama-lora'],
  } as unknown as Nim;
  store = await openStore(deps);
  chat = await createChatService(deps, parts());
});

afterEach(async () => {
  await chat.close();
  await store.close();
  await nim[Symbol.asyncDispose]();
  deps[Symbol.dispose]();
});

async function send(text = 'Hello', conversationId: string | null = null) {
  const sending = chat.api.send({ conversationId, target, text, parameters });
  const asked = await nim.next();
  return { asked, ...(await sending) };
}

async function stream(asked: Asked, ...chunks: string[]) {
  if (!asked.response.headersSent)
    asked.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const chunk of chunks) await asked.write(chunk);
}

/** Reads until the condition holds, and puts the text together as a page does. */
async function followUntil(
  turnId: string,
  isEnough: (text: string, delta: TurnDelta) => boolean,
  from = { text: '', reasoning: '' },
) {
  let { text, reasoning } = from;
  for await (const delta of chat.api.follow({ turnId, textFrom: text.length, reasoningFrom: reasoning.length })) {
    expect(delta.textFrom).toBe(text.length);
    expect(delta.reasoningFrom).toBe(reasoning.length);
    text += delta.text;
    reasoning += delta.reasoning;
    if (isEnough(text, delta)) return { ...delta, text, reasoning };
  }
  throw new Error('the stream ended before');
}
const isOver = (_text: string, { state }: TurnDelta) => state !== 'waiting' && state !== 'streaming';
const ends = (turnId: string) => followUntil(turnId, isOver);
const messagesOf = async (conversationId: string) =>
  (await chat.api.messages({ conversationId, from: null, count: 200 })).messages;
async function answerOf(conversationId: string): Promise<Message> {
  const last = (await messagesOf(conversationId)).at(-1);
  if (last === undefined) throw new Error('no message');
  return last;
}

describe('an answer', () => {
  it('arrives, is measured, is kept, and gives the conversation its title', async () => {
    const { asked, conversationId, turnId, messageId } = await send('Hello, who are you?');
    expect(asked.url).toBe('/v1/chat/completions');
    expect(JSON.parse(asked.body)).toMatchObject({
      model: 'meta/llama',
      messages: [{ role: 'user', content: 'Hello, who are you?' }],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
    });
    expect((await answerOf(conversationId)).turn?.state).toBe('waiting');

    await stream(asked, event({ choices: [{ delta: { role: 'assistant', content: '' } }] }), says('Hi'));
    const first = await followUntil(turnId, (text) => text === 'Hi');
    expect(first).toMatchObject({ state: 'streaming', model: 'meta/llama' });
    expect(first.timing.ttftMs).toBeGreaterThan(0);
    await stream(asked, says(' the'), says('re'), finish, usage, done);
    asked.response.end();

    const last = await ends(turnId);
    expect(last).toMatchObject({ state: 'done', text: 'Hi there', finishReason: 'stop', failure: null });
    expect(last.timing).toMatchObject({ ttftMs: first.timing.ttftMs, promptTokens: 7, completionTokens: 3 });
    expect(last.timing.tokensPerSecond).toBeGreaterThan(0);
    expect(last.timing.totalMs).toBeGreaterThan(last.timing.ttftMs ?? Infinity);

    await restart();
    const messages = await messagesOf(conversationId);
    expect(messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Hello, who are you?'],
      ['assistant', 'Hi there'],
    ]);
    expect(messages[1]).toMatchObject({ id: messageId, turn: { id: turnId, state: 'done', timing: last.timing } });
    expect(await ends(turnId)).toEqual({ ...last, textFrom: 0 });
    for await (const { newest } of chat.api.watch({})) {
      expect(newest[0]).toMatchObject({
        id: conversationId,
        title: 'Hello, who are you?',
        nimName: 'llama',
      });
      break;
    }
  });

  it('stands in the reply already, behind its question, as the window of the chat has it', async () => {
    const { end, messageId, conversationId } = await send('Hello?');
    expect(end.messages.map(({ role, text, turn }) => [role, text, turn?.state])).toEqual([
      ['user', 'Hello?', undefined],
      ['assistant', '', 'waiting'],
    ]);
    expect(end).toMatchObject({ total: 2, from: 0, leafId: messageId });
    expect(await chat.api.messages({ conversationId, from: null, count: 2 })).toEqual(end);
  });

  it('tells whoever watches nothing until its first word has come', async () => {
    const { asked, turnId } = await send();
    const items: TurnDelta[] = [];
    const watching = (async () => {
      for await (const delta of chat.api.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) {
        items.push(delta);
        if (delta.text !== '') return;
      }
    })();
    await stream(asked, event({ choices: [{ delta: { role: 'assistant', content: '' } }], model: 'meta/llama' }));
    await stream(asked, says('Hi'));
    await watching;
    expect(items.map(({ state, text }) => [state, text])).toEqual([['streaming', 'Hi']]);
  });

  it('goes on from the offset a reader has, without a gap and without repeating', async () => {
    const { asked, turnId } = await send();
    await stream(asked, says('abc'), event({ choices: [{ delta: { reasoning_content: 'hm' } }] }));
    const seen = await followUntil(turnId, (text, delta) => text === 'abc' && delta.reasoning !== '');
    await stream(asked, says('déf'), says('🙂'), finish, done);
    const rest = await followUntil(turnId, isOver, seen);
    expect(rest).toMatchObject({ text: 'abcdéf🙂', reasoning: 'hm', textFrom: expect.any(Number) as number });
  });

  it('goes on when the page goes away', async () => {
    const { asked, turnId } = await send();
    await stream(asked, says('a'));
    await followUntil(turnId, (text) => text === 'a');
    await stream(asked, says('b'), finish, done);
    expect(await ends(turnId)).toMatchObject({ state: 'done', text: 'ab' });
  });

  it('is sent the conversation so far', async () => {
    const { asked, conversationId, turnId } = await send('one');
    await stream(asked, says('first'), finish, done);
    await ends(turnId);
    const second = await send('two', conversationId);
    expect(JSON.parse(second.asked.body)).toMatchObject({
      messages: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'first' },
        { role: 'user', content: 'two' },
      ],
    });
    await chat.api.stop({ turnId: second.turnId });
    expect((await messagesOf(conversationId)).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('may come as a whole from a server that does not stream', async () => {
    const { asked, turnId } = await send();
    asked.response.writeHead(200, { 'content-type': 'application/json' });
    asked.response.end(JSON.stringify({ choices: [{ message: { content: 'All.' }, finish_reason: 'stop' }] }));
    expect(await ends(turnId)).toMatchObject({ state: 'done', text: 'All.' });
  });

  it('may end with its last chunk, without an end mark', async () => {
    const { asked, turnId } = await send();
    await stream(asked, says('x'), finish);
    asked.response.end();
    expect((await ends(turnId)).state).toBe('done');
  });
});

describe('stop', () => {
  it('closes the connection to the NIM at once and keeps the text', async () => {
    const { asked, conversationId, turnId } = await send();
    await stream(asked, says('half'));
    await followUntil(turnId, (text) => text === 'half');
    await chat.api.stop({ turnId });
    await asked.closed;
    expect(await answerOf(conversationId)).toMatchObject({ text: 'half', turn: { state: 'stopped', failure: null } });
    await chat.api.stop({ turnId });
  });

  it('works before the first byte', async () => {
    const { asked, conversationId, turnId } = await send();
    await chat.api.stop({ turnId });
    await asked.closed;
    expect(await answerOf(conversationId)).toMatchObject({ text: '', turn: { state: 'stopped' } });
  });

  it('does not know a turn that never was', async () => {
    await expect(chat.api.stop({ turnId: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what goes wrong', () => {
  const reply = (status: number, type: string, body: string) => (asked: Asked) => {
    asked.response.writeHead(status, { 'content-type': type });
    asked.response.end(body);
  };

  it.each<[string, (asked: Asked) => unknown, string, string]>([
    ['a NIM that still loads', reply(502, 'text/html', '<html>502 Bad Gateway</html>'), 'NIM_NOT_READY', ''],
    ['HTML with status 200', reply(200, 'text/html', '<html>hello</html>'), 'NIM_NOT_READY', ''],
    [
      'an unknown model',
      reply(404, 'application/json', '{"object":"error","message":"The model `x` does not exist."}'),
      'MODEL_NOT_SERVED',
      '',
    ],
    [
      'a refused value',
      reply(422, 'application/json', '{"detail":[{"loc":["body","n"],"msg":"bad"}]}'),
      'MODEL_REFUSED',
      '',
    ],
    ['a reset before any byte', (asked) => asked.reset(), 'NIM_NOT_READY', ''],
    [
      'an end without its end',
      async (asked) => {
        await stream(asked, says('ab'));
        asked.response.end();
      },
      'STREAM_BROKEN',
      'ab',
    ],
    [
      'an event cut in the middle',
      async (asked) => {
        await stream(asked, says('ab'), 'data: {"choices":[{"de');
        asked.response.end();
      },
      'STREAM_BROKEN',
      'ab',
    ],
    [
      'an error inside the stream',
      (asked) => stream(asked, says('ab'), event({ error: { message: 'boom', code: 500 } })),
      'MODEL_REFUSED',
      'ab',
    ],
    ['an event that is no JSON', (asked) => stream(asked, says('ab'), 'data: hello\n\n'), 'REPLY_UNREADABLE', 'ab'],
  ])('%s', async (_name, act, code, text) => {
    const { asked, conversationId, turnId } = await send();
    await act(asked);
    const last = await ends(turnId);
    expect(last).toMatchObject({ state: 'failed', text, failure: { code } });
    await asked.closed;
    expect(await answerOf(conversationId)).toMatchObject({ text, turn: { state: 'failed', failure: { code } } });
  });

  it('a reset in the middle keeps what had arrived', async () => {
    const { asked, turnId } = await send();
    await stream(asked, says('ab'));
    await followUntil(turnId, (text) => text === 'ab');
    asked.reset();
    expect(await ends(turnId)).toMatchObject({ state: 'failed', text: 'ab', failure: { code: 'STREAM_BROKEN' } });
  });

  it('nobody listens', async () => {
    await nim[Symbol.asyncDispose]();
    const { turnId } = await chat.api.send({ conversationId: null, target, text: 'x', parameters });
    expect(await ends(turnId)).toMatchObject({ state: 'failed', failure: { code: 'NIM_NOT_READY' } });
  });

  it.each(['starting', 'not-answering', 'paused', 'exited'] as const)(
    'a NIM that is %s is not asked',
    async (status) => {
      present = { ...present, status };
      await expect(chat.api.send({ conversationId: null, target, text: 'x', parameters })).rejects.toMatchObject({
        code: 'NIM_NOT_READY',
      });
      for await (const { newest } of chat.api.watch({})) {
        expect(newest).toEqual([]);
        break;
      }
    },
  );

  it('two questions at once in one conversation', async () => {
    const { conversationId, turnId } = await send();
    await expect(chat.api.send({ conversationId, target, text: 'again', parameters })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await chat.api.stop({ turnId });
    const again = await send('again', conversationId);
    await chat.api.stop({ turnId: again.turnId });
  });

  it('a question that was taken back before it was sent leaves nothing', async () => {
    const signal = AbortSignal.abort();
    await expect(
      chat.api.send({ conversationId: null, target, text: 'x', parameters }, { signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    for await (const { newest } of chat.api.watch({})) {
      expect(newest).toEqual([]);
      break;
    }
  });

  it('a store that cannot keep the question refuses it, and lets the NIM go', async () => {
    const failing: Store = { ...store, run: () => Promise.reject(new AppError('DISK_FULL', 'no space')) };
    await chat.close();
    let isFull = false;
    chat = await createChatService(
      deps,
      parts({
        ...failing,
        run: (...statements) => (isFull ? failing.run(...statements) : store.run(...statements)),
      }),
    );
    isFull = true;
    const sending = chat.api.send({ conversationId: null, target, text: 'x', parameters });
    await expect(sending).rejects.toMatchObject({ code: 'DISK_FULL' });
    for await (const { newest } of chat.api.watch({})) {
      expect(newest).toEqual([]);
      break;
    }
  });

  it('a store that cannot keep the answer ends it, says why, and keeps it when there is room again', async () => {
    let isFull = true;
    const failing: Store = {
      ...store,
      run: (...statements) =>
        isFull && statements[0]?.sql.startsWith('UPDATE messages SET text')
          ? Promise.reject(new AppError('DISK_FULL', 'no space'))
          : store.run(...statements),
    };
    await chat.close();
    chat = await createChatService(deps, parts(failing));
    const { asked, turnId } = await send();
    await stream(asked, says('ab'), finish, done);
    expect(await ends(turnId)).toMatchObject({ state: 'failed', text: 'ab', failure: { code: 'DISK_FULL' } });
    isFull = false;
    const kept = async () => (await store.all('SELECT text FROM messages WHERE id = ?', [turnId]))[0]?.['text'];
    await expect.poll(kept, { timeout: 10_000 }).toBe('ab');
  });
});

describe('core going away', () => {
  it('saves what there is and says interrupted', async () => {
    const { asked, conversationId, turnId } = await send();
    await stream(asked, says('half'));
    await followUntil(turnId, (text) => text === 'half');
    await restart();
    await asked.closed;
    expect(await answerOf(conversationId)).toMatchObject({ text: 'half', turn: { state: 'interrupted' } });
  });

  it('finds answers that a crash left unfinished, with the text that was saved', async () => {
    const { asked, conversationId } = await send();
    await stream(asked, says('half'));
    // Saved within half a second of the first token: waited for as a state of the store.
    await expect
      .poll(async () => (await store.all(`SELECT text FROM messages WHERE role = 'assistant'`))[0]?.['text'])
      .toBe('half');
    const crashed = store;
    chat = await createChatService(deps, parts());
    expect(await answerOf(conversationId)).toMatchObject({ text: 'half', turn: { state: 'interrupted' } });
    expect(crashed).toBe(store);
    asked.response.end();
  });
});
