import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { createAttention } from '../lib/attention.ts';
import { createFullAttention } from '../testing/full-attention.ts';
import { askNim } from '../lib/ask-nim.ts';
import { readModels, readVersion } from './ask-nim.ts';
import { type Readiness, watchReadiness } from './readiness.ts';

// The limit is what a loaded machine may need for an answer; only what hangs waits for it.
const pace = {
  startingMs: 5,
  longStartMs: 5,
  readyMs: 5,
  readyUnwatchedMs: 60_000,
  confirmMs: 5,
  lostMs: 5,
  timeoutMs: 500,
};
const closings: (() => void)[] = [];

afterEach(() => {
  for (const close of closings.splice(0)) close();
});

/** A NIM as far as the test says so. */
async function nimThat(answer: (path: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => answer(request.url ?? '', response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The changes of readiness while each step of the script is answered once. */
async function watch(script: readonly (number | 'hang' | 'reset')[], onDoubt = async () => {}): Promise<Readiness[]> {
  const left = [...script];
  const ending = new AbortController();
  const seen: Readiness[] = [];
  const address = await nimThat((path, response) => {
    expect(path).toBe('/v1/health/ready');
    const step = left.shift();
    if (step === undefined) ending.abort();
    if (step === 'reset' || step === undefined) response.destroy();
    else if (step !== 'hang') response.writeHead(step).end('<html>nginx</html>');
  });
  const onAnswer = (readiness: Readiness) => void (seen.at(-1) !== readiness && seen.push(readiness));
  await watchReadiness(address, { onAnswer, onDoubt, attention: createFullAttention() }, ending.signal, pace);
  return seen;
}

test('refused connections, pages of a proxy and 503 are a start; 200 is ready, whatever the body', async () => {
  expect(await watch(['reset', 502, 503, 404, 200, 200])).toEqual(['waiting', 'ready']);
});

test('readiness can be lost and come back; one failed answer is not a loss yet', async () => {
  expect(await watch([200, 503, 200])).toEqual(['ready']);
  expect(await watch([200, 503, 'reset', 503, 200])).toEqual(['ready', 'lost', 'ready']);
});

test('one that accepts and says nothing does not answer', async () => {
  expect(await watch([200, 'hang', 'hang'])).toEqual(['ready', 'lost']);
});

test('a container that turns out to have ended is not called lost', async () => {
  const ending = new AbortController();
  let answers = 0;
  const address = await nimThat((_path, response) => {
    answers += 1;
    response.writeHead(answers === 1 ? 200 : 503).end();
  });
  const seen: Readiness[] = [];
  const listener = {
    onAnswer: (readiness: Readiness) => void seen.push(readiness),
    onDoubt: async () => ending.abort(),
    attention: createFullAttention(),
  };
  await watchReadiness(address, listener, ending.signal, pace);
  expect(seen).toEqual(['ready']);
});

test('while nobody looks a ready one is let be; who comes has its state at once', async () => {
  const ending = new AbortController();
  const attention = createAttention();
  let asked = 0;
  const address = await nimThat((_path, response) => {
    asked += 1;
    response.writeHead(asked === 1 ? 200 : 503).end();
  });
  const seen: Readiness[] = [];
  const parts = { onAnswer: (readiness: Readiness) => void seen.push(readiness), onDoubt: async () => {}, attention };
  const watching = watchReadiness(address, parts, ending.signal, pace);
  await expect.poll(() => seen).toEqual(['ready']);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toBe(1);
  attention.begin();
  await expect.poll(() => seen.at(-1)).toBe('lost');
  ending.abort();
  await watching;
});

const options = () => ({ signal: new AbortController().signal, timeoutMs: 1_000 });
const captures = captureFolder('nim');

test.skipIf(captures === null).each([
  ['llm-2.0.6-llama-3.1-8b', ['meta/llama-3.1-8b-instruct'], '2.0.6'],
  ['llm-1.0.0-nemotron-nano-9b-v2-dgx-spark', ['nvidia/nemotron-nano-9b-v2'], '1.0.0'],
  ['embed-1.13.0', ['nvidia/llama-nemotron-embed-300m-v2'], '1.13.0'],
  ['rerank-1.10.0', ['nvidia/llama-nemotron-rerank-500m-v2'], '1.10.0'],
])('reads models and version of %s', async (line, models, version) => {
  const address = await nimThat((path, response) => {
    response.end(readCapture(captures ?? '', `endpoint-${path.replace('/v1/', '')}-${line}.json`));
  });
  expect(await readModels(address, options())).toEqual(models);
  expect(await readVersion(address, options())).toBe(version);
});

test('the version is in the metadata where there is no address for it; a page is none', async () => {
  const address = await nimThat((path, response) => {
    if (path === '/v1/metadata') response.end('{"version":"1.5.0","modelInfo":[]}');
    else response.writeHead(path === '/v1/models' ? 502 : 404).end('<html></html>');
  });
  expect(await readVersion(address, options())).toBe('1.5.0');
  expect(await readModels(address, options())).toEqual([]);
});

test('an answer without end is cut, an abort is an abort', async () => {
  const address = await nimThat((_path, response) => {
    response.on('error', () => {});
    for (let sent = 0; sent < 3; sent += 1) response.write('x'.repeat(600_000));
  });
  expect(await askNim(address, '/v1/models', options())).toBeNull();
  const aborted = { signal: AbortSignal.abort(), timeoutMs: 1_000 };
  await expect(askNim(address, '/v1/models', aborted)).rejects.toMatchObject({ code: 'CANCELLED' });
});
