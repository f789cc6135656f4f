import { expect, test } from 'vitest';
import { supportText } from '../../shared/support-text.ts';
import { createServices } from '../index.ts';
import { createTestDeps } from '../testing/deps.ts';
import { startOneNimEngine } from '../testing/one-nim-engine.ts';

const key = `nvapi-${'Kk0'.repeat(22)}`;
const otherToken = 'tok/en+of-another-service=';

/** A log line of a container: 8 bytes of the engine's frame, then a stamp and the text. */
function frame(text: string): Buffer {
  const line = Buffer.from(`2026-11-24T15:00:01.000000000Z ${text}\n`);
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(line.length, 4);
  return Buffer.concat([head, line]);
}

test('holds what helps, and no secret however it is spelled', async () => {
  const spelled = [key, encodeURIComponent(otherToken), Buffer.from(`user:${otherToken}`).toString('base64')];
  await using engine = await startOneNimEngine({
    pull: [],
    log: spelled.map((text) => frame(`says ${text}`)),
    tokens: [],
  });
  using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost, HF_TOKEN: otherToken } });
  await deps.secrets.set('ngc', JSON.stringify({ key, state: 'signed-in', checkedAt: null }));
  const core = await createServices(deps);
  try {
    for await (const { nims } of core.api.nims.watch({}, { signal: AbortSignal.timeout(20_000) })) {
      if (nims.length > 0) break;
    }
    const hasLog = async () => {
      const { sections } = await core.api.support.collect({});
      return sections.find(({ part }) => part === 'nim-log')?.text ?? '';
    };
    await expect.poll(hasLog, { timeout: 20_000 }).toContain('says');
    const bundle = await core.api.support.collect({});
    const text = supportText(bundle);
    expect(text).toContain('## nim-log: example-chat');
    expect(text).toContain('26.1.5');
    expect(text).not.toContain(key);
    expect(text).not.toContain('of-another-service');
    expect(text).not.toContain(Buffer.from('of-another-service').toString('base64').slice(2, -4));
    expect(text).not.toContain(deps.home);
    expect(bundle.sections.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['about', 'engine', 'gpus', 'nims', 'jobs', 'settings', 'own-log']),
    );
  } finally {
    await core.close();
  }
});

test('what cannot be read is said in its place, and hides nothing else', async () => {
  using deps = createTestDeps({ env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
  const core = await createServices(deps);
  try {
    const { sections } = await core.api.support.collect({});
    const own = sections.find(({ part }) => part === 'own-log');
    expect(own?.text).toMatch(/^Not known: .*ENOENT/);
    expect(sections.find(({ part }) => part === 'engine')?.text).toContain('ENGINE_UNREACHABLE');
    expect(sections.find(({ part }) => part === 'gpus')?.text).toContain('NVIDIA_SMI_MISSING');
  } finally {
    await core.close();
  }
});
