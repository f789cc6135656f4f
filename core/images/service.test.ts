import { mkdirSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createJobsService } from '../jobs/service.ts';
import { createNgcService } from '../ngc/service.ts';
import { openStore } from '../store/open-store.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import { createImagesService } from './service.ts';

/** An engine whose pulls go on until the test says so. */
async function start() {
  const deps = createTestDeps();
  mkdirSync(deps.dataFolder, { recursive: true });
  const socketPath = join(deps.dataFolder, 'engine.sock');
  const pulls: ServerResponse[] = [];
  const far = { isAway: false };
  const server = createServer((request, response) => {
    if (far.isAway) return response.destroy();
    if (request.method === 'GET') return response.end('[]');
    pulls.push(response);
    return response.writeHead(200).flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const store = await openStore(deps);
  const jobs = await createJobsService(deps, store);
  const engine = createFixedEngine(socketPath);
  const images = createImagesService(deps, engine, await createNgcService(deps), jobs);
  onTestFinished(async () => {
    await jobs.close();
    await images.close();
    await store.close();
    server.closeAllConnections();
    server.close();
    deps[Symbol.dispose]();
  });
  return { images, jobs, pulls, far, engine };
}

// Nothing listens there, so that the sizes of layers are unknown at once.
const reference = '127.0.0.1:9/nim/x:1';

test('one who pulls while the same pull is being cancelled gets a job of their own', async () => {
  const { images, jobs, pulls } = await start();
  const first = await images.api.pull({ reference });
  expect(await images.api.pull({ reference })).toEqual(first);
  await expect.poll(() => pulls.length).toBe(1);

  const cancelled = jobs.api.cancel({ jobId: first.jobId });
  const second = await images.api.pull({ reference });
  expect((await cancelled).state).toBe('cancelled');
  expect(second.jobId).not.toBe(first.jobId);
  expect(await images.api.pull({ reference })).toEqual(second);

  // It takes over what the first one left, or begins anew.
  await expect.poll(() => pulls.at(-1)?.writable).toBe(true);
  pulls.at(-1)?.end('{"status":"Status: Downloaded newer image for x"}\n');
  expect((await jobs.whenEnded(second.jobId)).state).toBe('done');
});

test('a list that could not be read is read again, though the engine was not lost', async () => {
  const { images, far, engine } = await start();
  const seen: (number | null)[] = [];
  const watching = new AbortController();
  const watched = (async () => {
    for await (const list of images.api.watch({}, { signal: watching.signal })) seen.push(list?.length ?? null);
  })();
  await expect.poll(() => seen.at(-1)).toBe(0);
  far.isAway = true;
  engine.emit({ type: 'image', action: 'pull', id: 'x', attributes: {}, timeNano: 0n });
  await expect.poll(() => seen.at(-1)).toBe(null);
  far.isAway = false;
  await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(0);
  watching.abort();
  await watched;
});
