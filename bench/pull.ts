import { type Bench, engineConnected, jobDone, type Prepared } from './bench.ts';
import { timeDocker } from './program.ts';

/** A pull of the NIM stand-in's image, from the call to its last word, with the image removed before each run. */
export async function pullMeasure({ api, engine, host, isSmoke }: Bench): Promise<Prepared> {
  await engineConnected(api);
  const reference = `${host.registry}/${isSmoke ? host.images.small : host.images.nim}`;
  const remove = () => timeDocker(engine, ['image', 'rm', '--force', reference]);
  return {
    rounds: 5,
    measures: [
      {
        name: 'pull',
        against: 'docker pull',
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
    },
  };
}
