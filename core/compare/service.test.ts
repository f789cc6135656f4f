import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from '../../shared/zod.ts';
import type { CompareSetup, Comparison } from '../../shared/contract/compare.ts';
import type { Api } from '../../shared/contract/index.ts';
import { createServices } from '../index.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';

const asked = z.object({ model: z.string(), messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** An OpenAI-compatible server that says the last words back, a word an event; `hold` keeps answers from ending. */
async function startServer() {
  const requests: z.infer<typeof asked>[] = [];
  let underWay = 0;
  let most = 0;
  let holdAfter = Infinity;
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const question = asked.parse(JSON.parse(body));
      requests.push(question);
      underWay += 1;
      most = Math.max(most, underWay);
      response.on('close', () => (underWay -= 1));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const say = (delta: object, finish: string | null) =>
        response.write(
          `data: ${JSON.stringify({ model: question.model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
        );
      const words = `${question.model} heard ${question.messages.at(-1)?.content ?? ''}`.split(' ');
      words.forEach((word) => say({ content: `${word} ` }, null));
      const end = () => {
        say({}, 'stop');
        const usage = { prompt_tokens: 3, completion_tokens: words.length, total_tokens: 3 + words.length };
        response.end(`data: ${JSON.stringify({ model: question.model, choices: [], usage })}\n\ndata: [DONE]\n\n`);
      };
      if (requests.length > holdAfter) held.push(end);
      else setImmediate(end);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    most: () => most,
    hold: (after: number) => (holdAfter = after),
    release() {
      holdAfter = Infinity;
      for (const end of held.splice(0)) end();
    },
  };
}

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

function setupOf(url: string, models: readonly string[], more: Partial<CompareSetup> = {}): CompareSetup {
  const columns = models.map((model) => ({
    id: `column-${model}`,
    name: model,
    target: { kind: 'address', url, model, keyName: null } as const,
    parameters: null,
  }));
  return { title: 'A test', columns, parameters, order: 'together', isBlind: false, ...more };
}

async function openApi(deps: TestDeps): Promise<{ api: Api; close(): Promise<void> }> {
  const core = await createServices(deps);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await core.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { api: core.api, close };
}

function scratch(): TestDeps {
  const deps = createTestDeps({ env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
  onTestFinished(() => deps[Symbol.dispose]());
  return deps;
}

async function until(api: Api, comparisonId: string, isWanted: (seen: Comparison) => boolean): Promise<Comparison> {
  for await (const seen of api.compare.watch({ comparisonId }, { signal: AbortSignal.timeout(30_000) })) {
    if (isWanted(seen)) return seen;
  }
  throw new Error('waited in vain');
}

const isIdle = ({ isAsking, latest }: Comparison) =>
  !isAsking && latest.every(({ answers }) => answers.every(({ state }) => state === 'done'));

describe('comparing', () => {
  test('every column is asked, goes its own way through the prompts, and says how it was asked', async () => {
    const server = await startServer();
    const { api } = await openApi(scratch());
    const { comparisonId } = await api.compare.create(setupOf(server.url, ['one', 'two']));
    await api.compare.send({ comparisonId, prompt: 'Hello' });
    await until(api, comparisonId, (seen) => seen.latest.length === 1 && isIdle(seen));
    await api.compare.send({ comparisonId, prompt: 'And now?' });
    await until(api, comparisonId, (seen) => seen.latest.length === 2 && isIdle(seen));
    const { rounds, total } = await api.compare.rounds({ comparisonId, from: 0, count: 10 });
    expect(total).toBe(2);
    expect(rounds.map(({ answers }) => answers.map(({ text }) => text.trim()))).toEqual([
      ['one heard Hello', 'two heard Hello'],
      ['one heard And now?', 'two heard And now?'],
    ]);
    const [, , ...second] = server.requests;
    for (const { model, messages } of second) {
      expect(messages.map(({ content }) => content.trim())).toEqual(['Hello', `${model} heard Hello`, 'And now?']);
    }
    expect(rounds[0]?.answers[0]).toMatchObject({
      order: 'together',
      sharedWith: [],
      model: 'one',
      timing: { completionTokens: 3 },
    });
    expect(rounds[0]?.answers[0]?.timing.ttftMs).toBeGreaterThan(0);
  });

  test('in turn, never two at once', async () => {
    const server = await startServer();
    const { api } = await openApi(scratch());
    const { comparisonId } = await api.compare.create(setupOf(server.url, ['a', 'b', 'c'], { order: 'in-turn' }));
    await api.compare.send({ comparisonId, prompt: 'Hello' });
    const seen = await until(api, comparisonId, (each) => each.latest.length === 1 && isIdle(each));
    expect(server.most()).toBe(1);
    expect(server.requests.map(({ model }) => model)).toEqual(['a', 'b', 'c']);
    expect(seen.latest[0]?.answers.map(({ order }) => order)).toEqual(['in-turn', 'in-turn', 'in-turn']);
  });

  test('an answer can be followed while it comes, and is kept when it is stopped', async () => {
    const server = await startServer();
    server.hold(0);
    const { api } = await openApi(scratch());
    const { comparisonId } = await api.compare.create(setupOf(server.url, ['one', 'two']));
    await api.compare.send({ comparisonId, prompt: 'Hello' });
    const streaming = await until(
      api,
      comparisonId,
      ({ latest }) =>
        (latest[0]?.answers ?? []).length === 2 &&
        latest[0]?.answers.every(({ state }) => state === 'streaming') === true,
    );
    const [first] = streaming.latest[0]?.answers ?? [];
    const follow = api.compare.follow({ answerId: first?.id ?? '', textFrom: 0, reasoningFrom: 0 });
    for await (const { text } of follow) {
      expect(text).toContain('heard');
      break;
    }
    await expect(api.compare.send({ comparisonId, prompt: 'Too early' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await api.compare.stop({ comparisonId });
    const { rounds } = await api.compare.rounds({ comparisonId, from: 0, count: 1 });
    expect(rounds[0]?.answers.map(({ state, text }) => [state, text.trim()])).toEqual([
      ['stopped', 'one heard Hello'],
      ['stopped', 'two heard Hello'],
    ]);
  });

  test('one that cannot be asked fails alone, with its reason, and can be asked again', async () => {
    const server = await startServer();
    const { api } = await openApi(scratch());
    const setup = setupOf(server.url, ['one']);
    const nim = {
      id: 'gone',
      name: 'gone',
      target: { kind: 'nim', nimId: 'ab'.repeat(32) } as const,
      parameters: null,
    };
    const { comparisonId } = await api.compare.create({ ...setup, columns: [...setup.columns, nim] });
    await api.compare.send({ comparisonId, prompt: 'Hello' });
    const seen = await until(
      api,
      comparisonId,
      ({ isAsking, latest }) =>
        !isAsking && (latest[0]?.answers ?? []).every(({ state }) => state === 'done' || state === 'failed'),
    );
    const [good, bad] = seen.latest[0]?.answers ?? [];
    expect(good?.state).toBe('done');
    expect(bad).toMatchObject({ state: 'failed', failure: { code: 'NOT_FOUND' } });
    const before = server.requests.length;
    await api.compare.again({ answerId: good?.id ?? '' });
    await until(api, comparisonId, ({ isAsking }) => !isAsking && server.requests.length === before + 1);
  });
});

describe('a set of prompts', () => {
  const prompts = Array.from({ length: 50 }, (_, index) => ({ prompt: `Question ${index}`, name: `q${index}` }));

  test('of 50 over three targets, ended half-way, goes on where it was and loses no result', async () => {
    const server = await startServer();
    const deps = scratch();
    const first = await openApi(deps);
    const { comparisonId } = await first.api.compare.create(setupOf(server.url, ['a', 'b', 'c']));
    server.hold(75);
    await first.api.compare.runSet({ comparisonId, prompts });
    await expect.poll(() => server.requests.length, { timeout: 30_000 }).toBe(78);
    await first.close();

    server.release();
    const { api } = await openApi(deps);
    const paused = await until(api, comparisonId, () => true);
    expect(paused.progress).toEqual({ state: 'paused', done: 75, total: 150 });
    await api.compare.resume({ comparisonId });
    await until(api, comparisonId, ({ progress }) => progress.state === 'idle' && progress.done === 150);
    // What was under way at the end was asked twice, and nothing else.
    expect(server.requests).toHaveLength(153);
    const { rounds } = await api.compare.rounds({ comparisonId, from: 0, count: 100 });
    expect(rounds.map(({ name, answers }) => [name, answers.map(({ text }) => text.trim())])).toEqual(
      prompts.map(({ prompt, name }) => [name, ['a', 'b', 'c'].map((model) => `${model} heard ${prompt}`)]),
    );
    // Each by itself: no earlier prompt goes along.
    expect(server.requests.every(({ messages }) => messages.length === 1)).toBe(true);
  }, 60_000);

  test('stopped by hand it waits, and goes on from there', async () => {
    const server = await startServer();
    const { api } = await openApi(scratch());
    const { comparisonId } = await api.compare.create(setupOf(server.url, ['a']));
    server.hold(2);
    await api.compare.runSet({ comparisonId, prompts: prompts.slice(0, 5) });
    await expect.poll(() => server.requests.length).toBe(3);
    await api.compare.stop({ comparisonId });
    const paused = await until(api, comparisonId, () => true);
    expect(paused.progress).toEqual({ state: 'paused', done: 2, total: 5 });
    server.release();
    await api.compare.resume({ comparisonId });
    await until(api, comparisonId, ({ progress }) => progress.state === 'idle' && progress.done === 5);
  });

  test('stopped, it waits while others are asked by hand: a typed prompt, and one answer again', async () => {
    const server = await startServer();
    const { api } = await openApi(scratch());
    const { comparisonId } = await api.compare.create(setupOf(server.url, ['a', 'b']));
    server.hold(2);
    await api.compare.runSet({ comparisonId, prompts: prompts.slice(0, 4) });
    await expect.poll(() => server.requests.length).toBe(4);
    await api.compare.stop({ comparisonId });
    const heard = () => server.requests.slice(4).map(({ model, messages }) => [model, messages.at(-1)?.content]);

    server.hold(4);
    await api.compare.send({ comparisonId, prompt: 'Mine' });
    await expect.poll(() => server.requests.length).toBe(6);
    const asking = await until(api, comparisonId, () => true);
    expect([asking.isAsking, asking.progress.state]).toEqual([true, 'paused']);
    server.release();
    const { latest } = await until(api, comparisonId, ({ isAsking }) => !isAsking);
    expect(heard().toSorted(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
      ['a', 'Mine'],
      ['b', 'Mine'],
    ]);
    expect(latest.at(-1)?.answers.map(({ state }) => state)).toEqual(['done', 'done']);

    // In a round of the set, whose other answer waits.
    await api.compare.again({ answerId: latest[1]?.answers[0]?.id ?? '' });
    const paused = await until(api, comparisonId, ({ isAsking }) => !isAsking);
    expect(heard().slice(2)).toEqual([['a', 'Question 1']]);
    expect(paused.progress).toEqual({ state: 'paused', done: 3, total: 8 });
    await api.compare.resume({ comparisonId });
    await until(api, comparisonId, ({ progress }) => progress.state === 'idle' && progress.done === 8);
    expect(heard()).toHaveLength(8);
  });

  test('what is sent twice at one moment is asked, both', async () => {
    const server = await startServer();
    const { api } = await openApi(scratch());
    const { comparisonId } = await api.compare.create(setupOf(server.url, ['a']));
    const sent = await Promise.allSettled(['One', 'Two'].map((prompt) => api.compare.send({ comparisonId, prompt })));
    const { latest } = await until(api, comparisonId, ({ isAsking }) => !isAsking);
    expect(latest.map(({ answers }) => answers[0]?.state)).toEqual(
      sent.filter(({ status }) => status === 'fulfilled').map(() => 'done'),
    );
  });
});

test('votes are counted by name, in one comparison and in all', async () => {
  const server = await startServer();
  const { api } = await openApi(scratch());
  const { comparisonId } = await api.compare.create(setupOf(server.url, ['one', 'two']));
  for (const number of [1, 2]) {
    await api.compare.send({ comparisonId, prompt: `Round ${number}` });
    await until(api, comparisonId, (seen) => seen.latest.length === number && isIdle(seen));
  }
  const { rounds } = await api.compare.rounds({ comparisonId, from: 0, count: 10 });
  await api.compare.vote({ roundId: rounds[0]?.id ?? '', vote: { kind: 'column', columnId: 'column-two' } });
  await api.compare.vote({ roundId: rounds[1]?.id ?? '', vote: { kind: 'tie' } });
  await api.compare.note({ roundId: rounds[1]?.id ?? '', note: 'Close.' });
  const expected = [
    { name: 'two', wins: 1, losses: 0, ties: 1, bothBad: 0 },
    { name: 'one', wins: 0, losses: 1, ties: 1, bothBad: 0 },
  ];
  expect(await api.compare.tally({ comparisonId })).toEqual(expected);
  expect(await api.compare.tally({ comparisonId: null })).toEqual(expected);
  const file = { csv: '', json: '', html: '' };
  for (const format of ['csv', 'json', 'html'] as const)
    for await (const { text } of api.compare.export({ comparisonId, format })) file[format] += text;
  expect(file.csv.split('\r\n')).toHaveLength(6);
  expect(file.csv).toContain('Close.');
  expect(JSON.parse(file.json)).toMatchObject({ tally: expected, rounds: [{}, { note: 'Close.' }] });
  expect(file.html.match(/<section>/g)).toHaveLength(2);
});

describe('the bin', () => {
  const day = 24 * 60 * 60 * 1000;
  async function first<Item>(items: AsyncIterable<Item>): Promise<Item> {
    for await (const item of items) return item;
    throw new Error('nothing came');
  }
  const seenOf = async (api: Api) => ({
    list: (await first(api.compare.list({}))).map(({ id }) => id),
    bin: (await first(api.compare.bin({}))).map(({ id }) => id),
  });

  test('what is removed is stopped and out of the way, and comes back whole, after a restart, too', async () => {
    const server = await startServer();
    const deps = scratch();
    const opened = await openApi(deps);
    const { api } = opened;
    const { comparisonId: id } = await api.compare.create(setupOf(server.url, ['one', 'two']));
    await api.compare.send({ comparisonId: id, prompt: 'Hello' });
    const { latest } = await until(api, id, (seen) => seen.latest.length === 1 && isIdle(seen));
    await api.compare.vote({ roundId: latest[0]?.id ?? '', vote: { kind: 'tie' } });
    server.hold(server.requests.length);
    await api.compare.runSet({ comparisonId: id, prompts: [{ prompt: 'a', name: null }] });
    await expect.poll(() => server.requests.length).toBe(4);
    await api.compare.remove({ comparisonId: id });
    expect(await seenOf(api)).toEqual({ list: [], bin: [id] });
    expect(await api.compare.tally({ comparisonId: null })).toEqual([]);
    for (const refused of [
      first(api.compare.watch({ comparisonId: id })),
      api.compare.send({ comparisonId: id, prompt: 'And now?' }),
      api.compare.resume({ comparisonId: id }),
      api.compare.again({ answerId: latest[0]?.answers[0]?.id ?? '' }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await opened.close();

    const { api: later } = await openApi(deps);
    expect(await seenOf(later)).toEqual({ list: [], bin: [id] });
    await later.compare.restore({ comparisonId: id });
    expect(await seenOf(later)).toEqual({ list: [id], bin: [] });
    const { rounds } = await later.compare.rounds({ comparisonId: id, from: 0, count: 10 });
    expect(rounds[0]).toMatchObject({ prompt: 'Hello', vote: { kind: 'tie' } });
    expect(rounds[0]?.answers.map(({ text }) => text.trim())).toEqual(['one heard Hello', 'two heard Hello']);
    server.release();
    await later.compare.resume({ comparisonId: id });
    await until(later, id, ({ progress }) => progress.state === 'idle' && progress.done === 2);
    await expect(later.compare.erase({ comparisonId: id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(later.compare.restore({ comparisonId: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }, 60_000);

  test('what is erased is gone for good, and what lies there is erased after 30 days', async () => {
    const deps = scratch();
    const opened = await openApi(deps);
    const { api } = opened;
    const create = async () => (await api.compare.create(setupOf('http://127.0.0.1:1/v1', ['one']))).comparisonId;
    const [erased, old, kept] = [await create(), await create(), await create()];
    await api.compare.remove({ comparisonId: erased });
    expect(await api.compare.erase({ comparisonId: erased })).toEqual({ erased: 1 });
    await expect(api.compare.restore({ comparisonId: erased })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await api.compare.remove({ comparisonId: old });
    await opened.close();
    const start = deps.now();
    const laterOn = async (ms: number) => {
      const later = await openApi({ ...deps, now: () => start + ms });
      const seen = await seenOf(later.api);
      await later.close();
      return seen;
    };
    expect(await laterOn(30 * day - 60_000)).toEqual({ list: [kept], bin: [old] });
    expect(await laterOn(30 * day + 60_000)).toEqual({ list: [kept], bin: [] });
  }, 60_000);
});
