import { describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { startScriptedServer } from '../testing/scripted-http.ts';
import { createConnections } from './connections.ts';
import { askForRanking, readRanking, readVectors } from './vectors.ts';

const usage = { prompt_tokens: 6, total_tokens: 6 };
const floats = (...numbers: number[]) => Buffer.from(new Float32Array(numbers).buffer).toString('base64');
const embeddings = (...vectors: (number[] | string)[]) =>
  JSON.stringify({
    object: 'list',
    data: vectors.map((embedding, index) => ({ index, embedding, object: 'embedding' })),
    model: 'nvidia/llama-nemotron-embed-1b-v2',
    usage,
  });
function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return isAppError(error) ? error.code : 'not ours';
  }
}

describe('nim-runtime 4.4 embedding reply', () => {
  it.each([
    ['encoding_format float', embeddings([0.5, -0.25], [0, 1])],
    ['encoding_format base64', embeddings(floats(0.5, -0.25), floats(0, 1))],
    [
      'rows in another order',
      JSON.stringify({
        data: [
          { index: 1, embedding: [0, 1] },
          { index: 0, embedding: [0.5, -0.25] },
        ],
        usage,
      }),
    ],
  ])('%s', (_row, text) => {
    expect(readVectors(text, 2)).toMatchObject({
      vectors: [
        [0.5, -0.25],
        [0, 1],
      ],
      dimensions: 2,
      promptTokens: 6,
    });
  });

  it.each([
    ['one is missing', embeddings([1])],
    ['two lengths', embeddings([1, 2], [1])],
    ['none has a number', embeddings([], [])],
    ['numbers that cannot be', embeddings(floats(Number.NaN), floats(1))],
    ['no list', '{"object":"list"}'],
    ['no JSON', '<html>'],
  ])('refuses where %s', (_name, text) => {
    expect(codeOf(() => readVectors(text, 2))).toBe('REPLY_UNREADABLE');
  });
});

describe('nim-runtime 4.4 ranking reply', () => {
  it('logits are raw and may be negative; best first', () => {
    const text = '{"rankings":[{"index":3,"logit":-3.029296875},{"index":0,"logit":-1.2421875}]}';
    expect(readRanking(text, 4)).toEqual({
      ranking: [
        { index: 0, logit: -1.2421875 },
        { index: 3, logit: -3.029296875 },
      ],
      promptTokens: null,
      model: null,
    });
  });

  it('reads the other shape, of a model-free server', () => {
    const text = '{"results":[{"index":0,"relevance_score":0.1},{"index":1,"relevance_score":0.9}],"model":"x"}';
    expect(readRanking(text, 2)).toMatchObject({ ranking: [{ index: 1 }, { index: 0 }], model: 'x' });
  });

  it.each([
    ['a passage that was not sent', '{"rankings":[{"index":2,"logit":1}]}'],
    ['one twice', '{"rankings":[{"index":0,"logit":1},{"index":0,"logit":2}]}'],
    ['nothing', '{}'],
  ])('refuses %s', (_name, text) => {
    expect(codeOf(() => readRanking(text, 2))).toBe('REPLY_UNREADABLE');
  });
});

describe('nim-runtime 4.2 POST /rerank, not /v1/rerank: a model-free server', () => {
  it('is asked in its own way when it does not know the other', async () => {
    await using server = await startScriptedServer();
    const connections = createConnections();
    const url = new URL('/v1/ranking', server.address);
    const asking = askForRanking(
      { server: { asker: 'nim', url, headers: {}, statusUrl: null }, model: 'm', name: 'x' },
      { target: { kind: 'nim', nimId: 'a'.repeat(12) }, query: 'q', passages: ['a', 'b'], truncate: null },
      { connections, signal: new AbortController().signal },
    );
    const first = await server.next();
    expect(JSON.parse(first.body)).toEqual({
      model: 'm',
      query: { text: 'q' },
      passages: [{ text: 'a' }, { text: 'b' }],
    });
    first.response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}');
    const second = await server.next();
    expect([second.url, JSON.parse(second.body)]).toEqual([
      '/rerank',
      { model: 'm', query: 'q', documents: ['a', 'b'] },
    ]);
    second.response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}');
    expect((await asking).ranking.map(({ index }) => index)).toEqual([1, 0]);
    await connections.close();
  });
});
