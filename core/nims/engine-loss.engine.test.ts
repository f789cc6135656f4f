import { expect, test } from 'vitest';
import type { NimList } from '../../shared/contract/nims.ts';
import { runInContainer } from '../engine/run-in-container.ts';
import { followStats } from '../metrics/container-stats.ts';
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
  test('unknown while it is away, the truth when it is back: after a crash and after an orderly stop', async () => {
    await withOwnEngine(name, async (own) => {
      await pull(own.engine, imageReference('nim'));
      using deps = createTestDeps({ env: { DOCKER_HOST: own.engine.dockerHost } });
      const core = await openNimsCore(deps);
      try {
        // A start anew wants the port it had: not one of those that others take meanwhile.
        const port = 18_000 + (process.pid % 1_000);
        const deployed = await core.ended(await core.nims.api.deploy(standIn(imageReference('nim'), {}, { port })));
        expect(deployed.failure).toBeNull();
        const id = deployed.nimId ?? '';
        for (const how of ['SIGKILL', 'SIGTERM'] as const) {
          const { jobId } = await core.nims.api.deploy(standIn(imageReference('nim'), { SPEED: '1' }));
          const waiting = await core.untilJob({ jobId }, ({ start }) => typeof start?.lastLine === 'string');

          const docker = core.engine.docker();
          const asking = { timeoutMs: 60_000, signal: AbortSignal.timeout(60_000) };
          const command = runInContainer(docker, id, ['sleep', '60'], asking).catch((error: unknown) => error);
          const stats = followStats(docker, id, asking.signal);
          await stats.next();
          const counting = Array.fromAsync(stats).catch((error: unknown) => error);

          const ending = own.end(how);
          const away = await untilList(core, ({ isKnown }) => !isKnown);
          expect(new Set(away.nims.map(({ status }) => status))).toEqual(new Set(['unknown']));
          expect(core.engine.state()).toMatchObject({ status: 'unreachable', failure: { code: 'ENGINE_LOST' } });
          await expect(core.nims.api.stop({ nimId: id })).rejects.toMatchObject({ code: 'ENGINE_LOST' });
          await ending;
          // Neither waits for ever: one fails or has no result, the other ends.
          expect(await command).not.toMatchObject({ exitCode: 0 });
          expect(await command).not.toMatchObject({ isTimedOut: true });
          await counting;
          expect(asking.signal.aborted).toBe(false);

          await own.start();
          const back = await untilList(core, ({ isKnown }) => isKnown);
          const statusOf = (nimId: string | null) => back.nims.find((nim) => nim.id === nimId)?.status;
          // Nobody asked for an end when the engine crashed; an orderly stop of it sends a signal to each container.
          expect(how === 'SIGKILL' ? ['exited'] : ['stopped', 'exited']).toContain(statusOf(id));
          expect(['stopped', 'exited'], 'not for ever in mid-start').toContain(statusOf(waiting.nimId));
          expect(['failed', 'cancelled'], 'a start does not wait for ever').toContain(
            (await core.ended({ jobId })).state,
          );

          const again = await core.ended(await core.nims.api.start({ nimId: id }));
          expect(again.failure).toBeNull();
          expect(core.nims.get(id).status).toBe('ready');
        }
      } finally {
        await core.close();
      }
    });
  });
});
