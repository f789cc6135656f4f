import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerFacts } from './container.ts';
import { usualPace } from './readiness.ts';
import { startRun } from './run.ts';

test('a NIM that is too busy to say what it serves is asked again', async () => {
  let asked = 0;
  let answers = 0;
  const server = createServer((request, response) => {
    if (request.url !== '/v1/models') {
      answers += 1;
      return response.end('{}');
    }
    asked += 1;
    if (asked < 3) return response.writeHead(503).end();
    return response.end('{"data":[{"id":"meta/llama"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let changes = 0;
  const run = startRun({
    facts: { port, startedAt: '2026-01-01T00:00:00.000Z', nimVersion: '2.0.6' } as ContainerFacts & {
      startedAt: string;
    },
    now: Date.now,
    onPhase: () => {},
    onHealth: () => {},
    onChange: () => (changes += 1),
    onDoubt: async () => {},
    pace: { ...usualPace, readyMs: 5 },
  });
  onTestFinished(() => {
    run.close();
    server.closeAllConnections();
    server.close();
  });
  await run.firstAnswer;
  expect([run.readiness(), run.models()]).toEqual(['ready', []]);
  const before = changes;
  await expect.poll(() => run.models()).toEqual(['meta/llama']);
  expect(changes).toBeGreaterThan(before);
  const then = answers;
  await expect.poll(() => answers).toBeGreaterThan(then + 3);
  expect(asked).toBe(3);
});
