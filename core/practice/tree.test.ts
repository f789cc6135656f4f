import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { startTree } from './tree.ts';

/** Stand-ins that are only their control, with the answers to the questions for their state in the test's hand. */
async function setUp(answer: (response: ServerResponse, count: number) => void) {
  const deps = createTestDeps();
  let count = 0;
  const server = createServer((_request, response) => answer(response, (count += 1)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    deps[Symbol.dispose]();
  });
  const place = {
    dockerHost: 'unix:///nowhere/engine.sock',
    nvidiaSmi: ['/nowhere/nvidia-smi'],
    memInfo: '/nowhere/meminfo',
    systemRoot: '/nowhere/root',
    disk: '/nowhere/disk.json',
    hosts: {},
    key: 'nvapi-PRACTICE',
    control: { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'token' },
  };
  const ended = Promise.withResolvers<void>();
  let stops = 0;
  const start = () => ({
    announced: Promise.resolve(JSON.stringify(place)),
    ended: ended.promise,
    async stop() {
      stops += 1;
      ended.resolve();
    },
  });
  return { start: () => startTree(start, { folder: '/nowhere' }, deps.log), stops: () => stops, asked: () => count };
}

const stateLine = (speed: number) => `${JSON.stringify({ machine: 'gb10', speed, faults: [] })}\n`;

test('the state is followed on where its connection is lost', async () => {
  const answers: ServerResponse[] = [];
  const { start, asked } = await setUp((response, count) => {
    response.write(stateLine(count));
    answers.push(response);
  });
  const tree = await start();
  expect(tree.state.get()).toMatchObject({ machine: 'gb10', speed: 1 });
  answers[0]?.destroy();
  await expect.poll(() => tree.state.get().speed).toBe(2);
  answers[1]?.end();
  await expect.poll(() => tree.state.get()).toMatchObject({ isRunning: true, speed: 3 });
  await tree.close();
  expect(asked()).toBe(3);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['nothing', (response) => response.writeHead(401).end()],
  ['nonsense', (response) => response.end('{}\n')],
])('a start that is told %s of the state fails, and ends what it began', async (_name, answer) => {
  const { start, stops } = await setUp(answer);
  await expect(start()).rejects.toMatchObject({ code: 'PRACTICE_UNAVAILABLE' });
  expect(stops()).toBe(1);
});
