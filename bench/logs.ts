import Docker from 'dockerode';
import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { type Bench, engineConnected, type Prepared } from './bench.ts';
import { timeDocker } from './program.ts';

const name = 'nimdeck-bench-log';

/** Reading a finished container's whole log: ours into a searchable spool, theirs to nowhere. */
export async function logsMeasure({ engine, host, isSmoke }: Bench): Promise<Prepared> {
  const lines = isSmoke ? 1000 : 1_000_000;
  const image = `${host.registry}/${host.images.small}`;
  await timeDocker(engine, ['pull', '--quiet', image]);
  const docker = new Docker({ socketPath: engine.socketPath });
  await timeDocker(engine, ['rm', '--force', name]);
  await timeDocker(engine, [
    'run',
    '--name',
    name,
    '--label',
    'io.nimdeck.managed=true',
    '--label',
    `io.nimdeck.name=${name}`,
    '--label',
    `io.nimdeck.reference=${image}`,
    image,
    'sh',
    '-c',
    `i=0; while [ $i -lt ${lines} ]; do echo "INFO 11-24 15:00:00 [loader.py:447] line $i of a log that is as wide as most are, with words"; i=$((i+1)); done`,
  ]);
  const { Id: id } = await docker.getContainer(name).inspect();

  return {
    rounds: 3,
    measures: [
      {
        name: `log of ${lines} lines`,
        against: 'docker logs to /dev/null',
        // A fresh data folder each time: a held log would not be read again.
        async ours() {
          using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
          const core = await createServices(deps);
          try {
            await engineConnected(core.api);
            const begin = performance.now();
            await collected(core.api, id, lines);
            return performance.now() - begin;
          } finally {
            await core.close();
          }
        },
        comparator: () => timeDocker(engine, ['logs', name]),
      },
    ],
    async [Symbol.asyncDispose]() {
      await timeDocker(engine, ['rm', '--force', name]);
    },
  };
}

async function collected(api: Bench['api'], nimId: string, lines: number): Promise<void> {
  for await (const list of api.nims.watch({})) {
    if (!list.isKnown || !list.nims.some((nim) => nim.id === nimId)) continue;
    const run = (await api.logs.runs({ nimId }))[0];
    if (run === undefined) continue;
    for await (const counts of api.logs.watch({ runId: run.id })) {
      if (counts.endLine >= lines) return;
      if (!counts.isCollecting) throw new Error(`only ${counts.endLine} of ${lines} lines were collected`);
    }
  }
}
