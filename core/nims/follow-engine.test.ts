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

/** Follows an engine with one container; `isSilent`: its NIM never says whether it is ready. */
async function follow(isSilent = false) {
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
  const seen: { facts: ContainerFacts | null; isKnown: boolean } = { facts: null, isKnown: false };
  const nothing = () => {};
  const run = isSilent ? { firstAnswer: new Promise(nothing) } : null;
  const parts = {
    engine,
    roster: {
      ids: () => (seen.facts === null ? [] : [seen.facts.id]),
      find: () => (seen.facts === null ? undefined : { facts: seen.facts, run }),
      take: (facts: ContainerFacts) => ({ facts: (seen.facts = facts) }),
      taskOf: () => null,
      setKnown: (isKnown: boolean) => (seen.isKnown = isKnown),
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
  return { engine, far, follower, seen };
}

test('a container that could not be read after its event is read again, though the engine was not lost', async () => {
  const { engine, far, follower, seen } = await follow();
  const isRunning = () => seen.facts?.isRunning;
  expect(isRunning()).toBe(true);

  far.isAway = true;
  far.isRunning = false;
  engine.emit({ type: 'container', action: 'die', id, attributes: {}, timeNano: 0n });
  await expect.poll(() => follower.refresh(id).then(String, String)).toMatch(/./);
  expect(isRunning()).toBe(true);
  far.isAway = false;
  await expect.poll(isRunning, { timeout: 15_000 }).toBe(false);
});

test('what an engine says that is back is shown at once, though a NIM accepts and says nothing', async () => {
  const { engine, seen } = await follow(true);
  engine.become({ status: 'unreachable' });
  expect(seen.isKnown).toBe(false);
  engine.become({ status: 'connected' });
  await expect.poll(() => seen.isKnown, { timeout: 1_000 }).toBe(true);
});
