import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import type { ContainerFacts } from './container.ts';
import { followEngine } from './follow-engine.ts';

const id = 'ab'.repeat(32);
const container = (isRunning: boolean) => ({
  Id: id,
  Name: '/chat',
  Created: '2026-01-01T00:00:00Z',
  Config: { Image: 'x', Labels: { 'io.nimdeck.managed': 'true' } },
  State: { Running: isRunning, StartedAt: '2026-01-01T00:00:01Z', ExitCode: 0 },
});

test('a container that could not be read after its event is read again, though the engine was not lost', async () => {
  const deps = createTestDeps();
  mkdirSync(deps.dataFolder, { recursive: true });
  const socketPath = join(deps.dataFolder, 'engine.sock');
  const far = { isAway: false, isRunning: true };
  const server = createServer(({ url = '' }, response) => {
    if (far.isAway) return response.destroy();
    const answer = url.includes('/info') ? { ID: 'x' } : url.includes('/containers/json') ? [{ Id: id }] : null;
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? container(far.isRunning)));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const engine = createFixedEngine(socketPath);
  let last: ContainerFacts | null = null;
  const nothing = () => {};
  const parts = {
    engine,
    roster: {
      ids: () => (last === null ? [] : [last.id]),
      find: () => (last === null ? undefined : { facts: last, run: null }),
      take: (facts: ContainerFacts) => ({ facts: (last = facts) }),
      taskOf: () => null,
      setKnown: nothing,
      drop: nothing,
    },
    stopped: { load: async () => {}, noteEvent: nothing },
    record: { load: async () => {}, setEngine: nothing, forgetMissing: nothing, noteEngineEvent: nothing },
    logs: { setEngine: nothing, forgetMissing: nothing },
  };
  const follower = followEngine(deps, parts as unknown as Parameters<typeof followEngine>[1]);
  onTestFinished(async () => {
    await follower.close();
    server.closeAllConnections();
    server.close();
    deps[Symbol.dispose]();
  });
  await follower.settled(AbortSignal.timeout(20_000));
  const isRunning = () => last?.isRunning;
  expect(isRunning()).toBe(true);

  far.isAway = true;
  far.isRunning = false;
  engine.emit({ type: 'container', action: 'die', id, attributes: {}, timeNano: 0n });
  await expect.poll(() => follower.refresh(id).then(String, String)).toMatch(/./);
  expect(isRunning()).toBe(true);
  far.isAway = false;
  await expect.poll(isRunning, { timeout: 15_000 }).toBe(false);
});
