import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Job } from '../../shared/contract/jobs.ts';
import { createTestDeps } from '../testing/deps.ts';
import { describeOnEngines, dockerOf, imageReference, withOwnEngine } from '../testing/engine-host/kit.ts';
import { runProgram } from '../testing/engine-host/processes.ts';
import { type NimsCore, openNimsCore } from '../testing/nims-core.ts';

const MB = 1_000_000;

/** Everything that a page is told of a pull, until its end. */
async function pullToTheEnd(core: NimsCore, reference: string): Promise<Job[]> {
  const { jobId } = await core.images.api.pull({ reference });
  const told: Job[] = [];
  for await (const jobs of core.jobs.api.watch({}, { signal: AbortSignal.timeout(100_000) })) {
    const job = jobs.find(({ id }) => id === jobId);
    if (job === undefined) continue;
    told.push(job);
    if (job.state !== 'running') break;
  }
  return told;
}

async function localImages(core: NimsCore): Promise<readonly string[]> {
  for await (const images of core.images.api.watch({}))
    if (images !== null) return images.flatMap(({ references }) => references);
  throw new Error('The images are not told.');
}

describeOnEngines(
  'a disk that is full in mid-pull',
  ({ name }) => {
    test('fails the job by name, as often as it is full, and a pull goes well when there is room', async () => {
      await withOwnEngine(
        name,
        async (own) => {
          const reference = imageReference('nim');
          const { DockerRootDir } = (await dockerOf(own.engine).info()) as { DockerRootDir: string };
          const ballast = join(DockerRootDir, 'ballast');
          /** Of the disk; nothing but this is left of it. */
          const leave = async (bytes: number) => {
            rmSync(ballast, { force: true });
            const { bfree, bsize } = statfsSync(DockerRootDir);
            await runProgram('fallocate', ['-l', String(bfree * bsize - bytes), ballast]);
          };
          using deps = createTestDeps({ env: { DOCKER_HOST: own.engine.dockerHost } });
          const core = await openNimsCore(deps, null);
          try {
            // The image has 305 MB, and some 420 MB when it is unpacked.
            for (const [phase, bytes] of [
              ['DOWNLOADING', 120 * MB],
              ['EXTRACTING', 390 * MB],
            ] as const) {
              await leave(bytes);
              const told = await pullToTheEnd(core, reference);
              const phases = told.map(({ pull }) => pull?.phase);
              expect(told.at(-1)).toMatchObject({ state: 'failed', failure: { code: 'DISK_FULL' } });
              expect(phases.at(-1)).toBe('FAILED');
              expect(phases.findLast((each) => each !== 'FAILED')).toBe(phase);
              expect(phases).not.toContain('DONE');
              expect(await localImages(core)).not.toContain(reference);
            }

            rmSync(ballast);
            const told = await pullToTheEnd(core, reference);
            expect(told.at(-1)).toMatchObject({ state: 'done', failure: null, pull: { phase: 'DONE' } });
            await expect.poll(() => localImages(core)).toContain(reference);
          } finally {
            await core.close();
          }
        },
        { diskBytes: 1_200 * MB },
      );
    });
  },
  ['overlay2-26.1', 'containerd-26.1'],
);
