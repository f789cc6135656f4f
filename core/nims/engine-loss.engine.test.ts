import { expect, test } from 'vitest';
import type { NimList } from '../../shared/contract/nims.ts';
import { createTestDeps } from '../testing/deps.ts';
import { describeOnEngines, imageReference, pull, withOwnEngine } from '../testing/engine-host/kit.ts';
import { type NimsCore, openNimsCore, standIn } from '../testing/nims-core.ts';

async function untilList(core: NimsCore, isWanted: (list: NimList) => boolean): Promise<NimList> {
  for await (const list of core.nims.api.watch({}, { signal: AbortSignal.timeout(60_000) })) {
    if (isWanted(list)) return list;
  }
  throw new Error('waited in vain');
}

describeOnEngines('nims of an engine that goes away', ({ name }) => {
  test.each(['SIGKILL', 'SIGTERM'] as const)('%s: unknown while it is away, the truth when it is back', async (how) => {
    await withOwnEngine(name, async (own) => {
      await pull(own.engine, imageReference('nim'));
      using deps = createTestDeps({ env: { DOCKER_HOST: own.engine.dockerHost } });
      const core = await openNimsCore(deps);
      try {
        const ready = await core.ended(await core.nims.api.deploy(standIn(imageReference('nim'))));
        expect(ready.failure).toBeNull();
        const { jobId } = await core.nims.api.deploy(standIn(imageReference('nim'), { SPEED: '1' }));
        const waiting = await core.untilJob({ jobId }, ({ start }) => typeof start?.lastLine === 'string');
        const id = ready.nimId ?? '';

        const ending = own.end(how);
        const away = await untilList(core, ({ isKnown }) => !isKnown);
        expect(away.nims.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
        expect(core.engine.state()).toMatchObject({ status: 'unreachable', failure: { code: 'ENGINE_LOST' } });
        await expect(core.nims.api.stop({ nimId: id })).rejects.toMatchObject({ code: 'ENGINE_LOST' });
        await ending;

        await own.start();
        const back = await untilList(core, ({ isKnown }) => isKnown);
        const found = back.nims.find((nim) => nim.id === id);
        // Nobody asked for an end when the engine crashed; an orderly stop of it sends a signal to each container.
        if (how === 'SIGKILL') expect(found).toMatchObject({ status: 'exited', exit: { isOutOfMemory: false } });
        else expect(['stopped', 'exited']).toContain(found?.status);

        const job = await core.ended({ jobId });
        expect(['failed', 'cancelled'], 'a start does not wait for ever').toContain(job.state);
        expect(back.nims.find((nim) => nim.id === waiting.nimId)?.status).not.toBe('starting');

        const again = await core.ended(await core.nims.api.start({ nimId: id }));
        expect(again.failure).toBeNull();
        expect(core.nims.get(id).status).toBe('ready');
      } finally {
        await core.close();
      }
    });
  });
});
