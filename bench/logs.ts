import Docker from 'dockerode';
import type { TestEngine } from '../core/testing/engine-host/host.ts';
import type { Api } from '../shared/contract/index.ts';
import { type Bench, openBenchCore, type Prepared } from './bench.ts';
import { timeDocker } from './program.ts';

const name = 'nimdeck-bench-log';

/** Reading a finished container's whole log: ours into a searchable spool, theirs to nowhere. */
export async function logsMeasure({ engine, host, isSmoke }: Bench): Promise<Prepared> {
  const lines = isSmoke ? 1000 : 1_000_000;
  const id = await writeLog(engine, `${host.registry}/${host.images.small}`, lines);

  // From the start of a program to the last line, on both sides.
  async function ours() {
    const begin = performance.now();
    // A fresh data folder each time: a held log would not be read again.
    await using core = await openBenchCore(engine);
    await collected(core.api, id, lines);
    return performance.now() - begin;
  }

  return {
    rounds: 3,
    warmUps: 1,
    measures: [
      {
        name: `log of ${lines} lines`,
        against: 'docker logs to /dev/null',
        ours,
        comparator: () => timeDocker(engine, ['logs', name]),
      },
      {
        // What ours needs, so that a log can be gone on with: the engine writes a stamp before each line.
        name: `log of ${lines} lines with time stamps`,
        against: 'docker logs --timestamps to /dev/null',
        ours,
        comparator: () => timeDocker(engine, ['logs', '--timestamps', name]),
      },
    ],
    async [Symbol.asyncDispose]() {
      await timeDocker(engine, ['rm', '--force', name]);
    },
  };
}

/** Runs a container that writes so many lines; resolves with its id when it has ended. */
async function writeLog(engine: TestEngine, image: string, lines: number): Promise<string> {
  await timeDocker(engine, ['pull', '--quiet', image]);
  await timeDocker(engine, ['rm', '--force', name]);
  const labels = { 'io.nimdeck.managed': 'true', 'io.nimdeck.name': name, 'io.nimdeck.reference': image };
  const words = 'of a log that is as wide as most are, with words';
  const program = `i=0; while [ $i -lt ${lines} ]; do echo "INFO 11-24 15:00:00 [loader.py:447] line $i ${words}"; i=$((i+1)); done`;
  const labelArgs = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  await timeDocker(engine, ['run', '--detach', '--name', name, ...labelArgs, image, 'sh', '-c', program]);
  await timeDocker(engine, ['wait', name]);
  const { Id } = await new Docker({ socketPath: engine.socketPath }).getContainer(name).inspect();
  return Id;
}

async function collected(api: Api, nimId: string, lines: number): Promise<void> {
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
