import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { describeOnEngines } from '../testing/engine-host/kit.ts';
import { createEngineService } from './service.ts';

const expected = {
  'overlay2-20.10': { apiVersion: '1.41', store: 'overlay2', hasCdi: false },
  'overlay2-26.1': { apiVersion: '1.45', store: 'overlay2', hasCdi: false },
  'containerd-26.1': { apiVersion: '1.45', store: 'containerd', hasCdi: true },
};

describeOnEngines('engine service', (engine) => {
  test('says what the engine is', async () => {
    using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
    const service = createEngineService(deps);
    try {
      expect(await service.settled()).toMatchObject({
        status: 'connected',
        kind: 'docker',
        version: expect.stringMatching(engine.name.endsWith('20.10') ? /^20\.10\./ : /^26\.1\./),
        ...expected[engine.name],
        hasNvidiaRuntime: engine.name === 'overlay2-26.1',
        isRootless: false,
        isLocal: true,
        rootDirectory: expect.stringContaining(engine.name),
      });
    } finally {
      await service.close();
    }
  });
});
