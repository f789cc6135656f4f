import { expect, it, test } from 'vitest';
import type { Nim } from '../../shared/contract/nims.ts';
import { silentLogger } from '../lib/logger.ts';
import { createHolders } from './holders.ts';
import { parseProcesses } from './parse-processes.ts';

const listing = [
  'WARNING: infoROM is corrupted at gpu 0000:02:00.0',
  'GPU-a, 4711, 13351, VLLM::EngineCore',
  'GPU-a, 99, [N/A], /usr/bin/sort, with a comma',
  'GPU-gone, 5, 300, [Not Found]',
  '',
].join('\n');

test('processes are read, names with commas and unknown numbers, too', () => {
  expect(parseProcesses(listing)).toEqual([
    { gpuUuid: 'GPU-a', pid: 4711, memoryMiB: 13_351, processName: 'VLLM::EngineCore' },
    { gpuUuid: 'GPU-a', pid: 99, memoryMiB: null, processName: '/usr/bin/sort, with a comma' },
    { gpuUuid: 'GPU-gone', pid: 5, memoryMiB: 300, processName: null },
  ]);
});

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
  return createHolders(
    { log: silentLogger },
    {
      docker,
      gpu: {
        api: { read: async () => ({ gpus: [{ uuid: 'GPU-a', index: 3 }] }) as never, watch: () => undefined as never },
        processes: async () => parseProcesses(listing),
      },
      nims: {
        async *watch() {
          yield { isKnown: true, nims };
        },
      },
    },
  );
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
