import { expect, test } from 'vitest';
import type { Nim } from '../../shared/contract/nims.ts';
import { createServices } from '../index.ts';
import { createTestDeps } from '../testing/deps.ts';
import { startOneNimEngine } from '../testing/one-nim-engine.ts';

const memory =
  'ValueError: Free memory on device (2.1/79.1 GiB) on startup is less than desired GPU memory utilization (0.9, 71.2 GiB).';

function frame(text: string): Buffer {
  const body = Buffer.from(`2026-11-24T15:00:05.000000000Z ${text}\n`);
  const header = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

async function exitOf(lines: readonly string[], exitCode = 1): Promise<Nim['exit']> {
  const log = lines.map(frame);
  await using engine = await startOneNimEngine({ pull: [], log, tokens: [], exitCode });
  using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
  const core = await createServices(deps);
  try {
    for await (const { nims } of core.api.nims.watch({}, { signal: AbortSignal.timeout(20_000) })) {
      const exit = nims[0]?.exit ?? null;
      // The log is read after the end is known; its first error comes with the cause.
      if (exit !== null && exit.firstErrorLine !== null) return exit;
    }
    return null;
  } finally {
    await core.close();
  }
}

test('why a start failed is told of the container itself, without the job that saw it', async () => {
  expect(await exitOf(['INFO starting', `ERROR ${memory}`, 'ERROR EngineCore failed to start.'])).toMatchObject({
    code: 1,
    failure: { code: 'NIM_GPU_MEMORY_TAKEN', message: expect.stringContaining(memory) as string },
  });
});

test.each([
  ['what tells no cause', ['ERROR it did not work']],
  [
    'one that had served: refusals in its log are of requests',
    ['INFO:     Application startup complete.', 'ERROR 401 Unauthorized'],
  ],
])('of %s no cause is told', async (_what, lines) => {
  expect(await exitOf(lines)).not.toHaveProperty('failure');
});
