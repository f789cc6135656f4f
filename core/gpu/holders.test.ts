import { expect, it } from 'vitest';
import type { Nim } from '../../shared/contract/nims.ts';
import { silentLogger } from '../lib/logger.ts';
import { createHolders } from './holders.ts';
import { createOwners } from './owners.ts';
import type { SmiProcess } from './parse-processes.ts';

const onA = { gpuUuid: 'GPU-a', gi: null, ci: null };
const held: SmiProcess[] = [
  { ...onA, pid: 4711, memoryMiB: 13_351, processName: 'VLLM::EngineCore' },
  { ...onA, pid: 99, memoryMiB: null, processName: '/usr/bin/sort, with a comma' },
  { ...onA, gpuUuid: 'GPU-gone', pid: 5, memoryMiB: 300, processName: null },
];

const nim = (id: string, status: Nim['status']) => ({ id, name: `nim-${id}`, status }) as Nim;

/** An engine whose containers have these processes; any other question fails. */
function engineWith(processes: Record<string, unknown>) {
  const asked: string[] = [];
  const docker = {
    modem: {
      dial({ path }: { path: string }, done: (error: Error | null, answer?: unknown) => void) {
        asked.push(path);
        const answer = processes[path];
        done(answer === undefined ? new Error('409') : null, answer);
      },
    },
  };
  return { asked, docker: () => docker as never };
}

function holdersOf(docker: () => never, nims: Nim[]) {
  return createHolders({
    owners: createOwners({ log: silentLogger, processes: 'engine', system: {} as never }, docker, () => true),
    gpu: {
      api: { read: async () => ({ gpus: [{ uuid: 'GPU-a', index: 3 }] }) as never },
      processesOf: () => held,
    },
    nims: {
      async *watch() {
        yield { isKnown: true, nims };
      },
    },
  });
}

it('names the NIM whose process it is, the biggest first, and leaves the others by their own name', async () => {
  const { docker, asked } = engineWith({
    '/containers/one/top': {
      Titles: ['UID', 'PID'],
      Processes: [
        ['root', '4700'],
        ['root', '4711'],
      ],
    },
  });
  const holders = holdersOf(docker, [nim('one', 'ready'), nim('over', 'exited'), nim('ending', 'stopping')]);
  expect(await holders({})).toEqual([
    { gpuIndex: 3, pid: 4711, processName: 'VLLM::EngineCore', memoryMiB: 13_351, nim: { id: 'one', name: 'nim-one' } },
    { gpuIndex: null, pid: 5, processName: null, memoryMiB: 300, nim: null },
    { gpuIndex: 3, pid: 99, processName: '/usr/bin/sort, with a comma', memoryMiB: null, nim: null },
  ]);
  // One that has ended holds nothing, and is not asked for; one that ends meanwhile fails nobody.
  expect(asked).toEqual(['/containers/one/top', '/containers/ending/top']);
});

it('ends with its signal', async () => {
  const { docker } = engineWith({});
  await expect(holdersOf(docker, [nim('one', 'ready')])({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});
