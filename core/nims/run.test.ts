import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createFullAttention } from '../testing/full-attention.ts';
import type { ContainerFacts } from './container.ts';
import { usualPace } from './readiness.ts';
import { startRun } from './run.ts';

const models = '{"data":[{"id":"meta/llama"}]}';

type Options = Parameters<typeof startRun>[0];

/** A run of a container whose port is answered by this. */
async function runOn(
  respond: RequestListener,
  { facts, ...options }: Partial<Omit<Options, 'facts'>> & { facts?: Partial<ContainerFacts> } = {},
) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const run = startRun({
    facts: { port, startedAt: '2026-01-01T00:00:00.000Z', nimVersion: '2.0.6', ...facts } as Options['facts'],
    now: Date.now,
    steady: () => performance.now(),
    onPhase: () => {},
    onHealth: () => {},
    onChange: () => {},
    onDoubt: async () => true,
    attention: createFullAttention(),
    ...options,
  });
  onTestFinished(() => {
    run.close();
    server.closeAllConnections();
    server.close();
  });
  return { run, server };
}

test('a frozen NIM is not asked, has not lost its health, and is asked at once when it goes on', async () => {
  let asked = 0;
  const health: string[] = [];
  const { run, server } = await runOn(
    (request, response) => {
      asked += request.url === '/v1/health/ready' ? 1 : 0;
      response.end(models);
    },
    {
      facts: { isPaused: true },
      onHealth: (change) => health.push(change),
      pace: { ...usualPace, readyMs: 5, timeoutMs: 50 },
    },
  );
  await run.firstAnswer;
  expect([asked, run.readiness()]).toEqual([0, 'waiting']);
  run.setPaused(false);
  await expect.poll(() => run.readiness()).toBe('ready');

  run.setPaused(true);
  server.removeAllListeners('request');
  await delay(200);
  expect([run.readiness(), health]).toEqual(['ready', []]);
  server.on('request', (_request, response) => response.writeHead(503).end());
  run.setPaused(false);
  await expect.poll(() => run.readiness()).toBe('lost');
  expect(health).toEqual(['lost']);
});

test.each([3, -3])('how long a start took is not told by a clock that is set by %s hours meanwhile', async (hours) => {
  let clock = Date.now();
  const startedAt = new Date(clock - 5_000).toISOString();
  const took: number[] = [];
  const { run } = await runOn((_request, response) => response.end(models), {
    facts: { isPaused: true, startedAt },
    now: () => clock,
    onPhase: (_phase, _at, tookMs) => took.push(tookMs),
  });
  clock += hours * 3_600_000;
  run.setPaused(false);
  await expect.poll(() => took).toEqual([expect.closeTo(10_000, -4)]);
});

test('whoever answers on its port is not it, as long as the engine cannot say that it runs', async () => {
  let looked = 0;
  let isEngineThere = false;
  let asked = 0;
  let status = 200;
  const health: string[] = [];
  const { run } = await runOn(
    (_request, response) => {
      asked += 1;
      response.writeHead(status).end(models);
    },
    {
      onHealth: (change) => health.push(change),
      onDoubt: async () => {
        looked += 1;
        return isEngineThere;
      },
      pace: { ...usualPace, startingMs: 5, readyMs: 5, confirmMs: 5, lostMs: 5 },
    },
  );
  await run.firstAnswer;
  await expect.poll(() => looked).toBeGreaterThan(2);
  expect([run.readiness(), run.progress.get().outcome, run.models()]).toEqual(['waiting', null, []]);
  // It goes, and nothing was lost.
  status = 503;
  const then = asked;
  await expect.poll(() => asked).toBeGreaterThan(then + 5);
  expect([run.readiness(), health]).toEqual(['waiting', []]);
  status = 200;
  isEngineThere = true;
  await expect.poll(() => run.readiness()).toBe('ready');
  const before = looked;
  await delay(100);
  expect(looked).toBe(before);
});

test('a NIM that is too busy to say what it serves is asked again', async () => {
  let asked = 0;
  let answers = 0;
  let changes = 0;
  const { run } = await runOn(
    (request, response) => {
      if (request.url !== '/v1/models') {
        answers += 1;
        return response.end('{}');
      }
      asked += 1;
      if (asked < 3) return response.writeHead(503).end();
      return response.end(models);
    },
    { onChange: () => (changes += 1), pace: { ...usualPace, readyMs: 5 } },
  );
  await run.firstAnswer;
  expect([run.readiness(), run.models()]).toEqual(['ready', []]);
  const before = changes;
  await expect.poll(() => run.models()).toEqual(['meta/llama']);
  expect(changes).toBeGreaterThan(before);
  const then = answers;
  await expect.poll(() => answers).toBeGreaterThan(then + 3);
  expect(asked).toBe(3);
});
