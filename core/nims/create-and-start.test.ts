import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../lib/logger.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import { discard } from './create-and-start.ts';
import type { Roster } from './roster.ts';

test('what was cancelled while the engine was away is removed when it is back, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-discard-'));
  const asked: string[] = [];
  const far = { isAway: false };
  const server = createServer((request, response) => {
    if (far.isAway) return response.destroy();
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    return response.writeHead(204).end();
  });
  const socketPath = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const engine = createFixedEngine(socketPath, { status: 'unreachable' });
  const dropped: string[] = [];
  const roster = { drop: (id: string) => void dropped.push(id) } as Roster;

  await discard({ log: silentLogger }, { engine, roster }, 'abc');
  engine.become({ status: 'unreachable' });
  expect([asked, dropped]).toEqual([[], []]);
  engine.become({ status: 'connected' });
  engine.become({ status: 'connected' });
  await expect.poll(() => dropped).toEqual(['abc']);
  expect(asked).toEqual(['DELETE /containers/abc']);

  // One whose socket was away for a moment was never lost.
  far.isAway = true;
  await discard({ log: silentLogger }, { engine, roster }, 'def');
  expect(dropped).toEqual(['abc']);
  far.isAway = false;
  await expect.poll(() => dropped, { timeout: 10_000 }).toEqual(['abc', 'def']);
});
