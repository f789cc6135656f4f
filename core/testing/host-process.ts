// A shell of one data folder as a process of its own, for tests that end processes the hard way. One line of JSON for
// everything that happens; commands come one a line.
import { createInterface } from 'node:readline';
import { type CoreHandle, openCore } from '../host/open-core.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { type ApiOf, request, stream } from '../../shared/rpc/contract.ts';
import { z } from '../../shared/zod.ts';
import { silentLogger } from '../lib/logger.ts';
import { createTestDeps } from './deps.ts';

const nothing = z.strictObject({});
export const hostContract = {
  host: { owner: request(nothing, z.object({ pid: z.number().int() })), ticks: stream(nothing, z.number()) },
};

export function createHostApi(): ApiOf<typeof hostContract> {
  return {
    host: {
      owner: async () => ({ pid: process.pid }),
      async *ticks(_, { signal } = {}) {
        for (let tick = 0; signal?.aborted !== true; tick += 1) {
          yield tick;
          await new Promise(setImmediate);
        }
      },
    },
  };
}

const say = (event: object) => void process.stdout.write(`${JSON.stringify(event)}\n`);

async function main(dataFolder: string): Promise<void> {
  using deps = createTestDeps({ dataFolder, log: silentLogger });
  const open = async (): Promise<CoreHandle> => {
    const core = await openCore(deps, {
      contract: hostContract,
      create: async () => ({
        api: createHostApi(),
        close: async () => say({ event: 'closed' }),
      }),
    });
    say({ event: 'open', pid: process.pid, isOwner: core.isOwner });
    core.onGone(() => {
      handle = open();
    });
    return core;
  };
  let handle = open();
  for await (const line of createInterface({ input: process.stdin })) {
    const core = await handle;
    if (line === 'close') break;
    const api = connect(await core.newPort(), hostContract);
    say({ event: 'answer', owner: (await api.host.owner({})).pid });
  }
  await (await handle).close();
  // An open pipe to the test would keep the process.
  process.stdin.destroy();
}

if (process.argv[1] === import.meta.filename) await main(process.argv[2] ?? '');
