import { afterEach, expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { cleanUp, describeOnEngines, dockerOf, imageReference, pull } from '../testing/engine-host/kit.ts';
import { openNimsCore, standIn } from '../testing/nims-core.ts';

describeOnEngines(
  'a NIM that is frozen',
  (engine) => {
    const nim = imageReference('nim');
    afterEach(() => cleanUp(engine, 'io.nimdeck.managed', [nim]));

    test('one that was paused with other tools says so, and goes on when it is resumed', async () => {
      using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
      await pull(engine, nim);
      const core = await openNimsCore(deps);
      try {
        const { nimId } = await core.ended(await core.nims.api.deploy(standIn(nim)));
        const id = nimId ?? '';
        const container = dockerOf(engine).getContainer(id);
        await container.pause();
        await core.untilStatus(id, 'paused');
        await core.nims.api.resume({ nimId: id });
        expect((await container.inspect()).State.Paused).toBe(false);
        expect(core.nims.get(id).status).toBe('ready');
        expect(await core.nims.api.resume({ nimId: id })).toEqual({});
        for await (const events of core.nims.api.watchEvents({ nimId: id })) {
          const kinds = events.map(({ kind, by }) => `${kind} by ${by}`);
          if (!kinds.includes('unpaused by nimdeck')) continue;
          expect(kinds.slice(-2)).toEqual(['paused by other', 'unpaused by nimdeck']);
          break;
        }

        // A start is what somebody may try in a terminal; a stop needs no resuming.
        await container.pause();
        await core.untilStatus(id, 'paused');
        expect((await core.ended(await core.nims.api.start({ nimId: id }))).state).toBe('done');
        await container.pause();
        await core.untilStatus(id, 'paused');
        await core.nims.api.stop({ nimId: id });
        expect(core.nims.get(id).status).toBe('stopped');
      } finally {
        await core.close();
      }
    });
  },
  ['overlay2-26.1'],
);
