import { type Bench, engineConnected, jobDone, openBenchCore, type Prepared } from './bench.ts';
import { timeDocker } from './program.ts';

/** A pull of the NIM stand-in's image, from the call to its last word, with the image removed before each run. */
export async function pullMeasure({ engine, host, isSmoke }: Bench): Promise<Prepared> {
  const core = await openBenchCore(engine);
  const { api } = core;
  await engineConnected(api);
  const reference = `${host.registry}/${isSmoke ? host.images.small : host.images.nim}`;
  const remove = () => timeDocker(engine, ['image', 'rm', '--force', reference]);
  await timeDocker(engine, ['pull', '--quiet', reference]);
  return {
    rounds: 7,
    // The first pull fills the registry's page cache.
    warmUps: 1,
    measures: [
      {
        name: isSmoke ? 'pull of a small image' : `pull of ${Math.round(host.images.nimCompressedBytes / 1e6)} MB`,
        against: 'docker pull --quiet',
        async ours() {
          await remove();
          const begin = performance.now();
          const { jobId } = await api.images.pull({ reference });
          await jobDone(api, jobId);
          return performance.now() - begin;
        },
        async comparator() {
          await remove();
          return await timeDocker(engine, ['pull', '--quiet', reference]);
        },
      },
    ],
    async [Symbol.asyncDispose]() {
      await remove();
      await core[Symbol.asyncDispose]();
    },
  };
}
