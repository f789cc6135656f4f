// The browser shell as a process, with a page of one word; `pulling` as first argument gives its core a running pull.
import type { CallOptions } from '../../shared/rpc/contract.ts';
import { runHeadless } from '../../headless/main.ts';
import { contract } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { openCore } from '../host/open-core.ts';

const pull: Job = {
  id: 'pull-1',
  kind: 'pull',
  title: 'nim/example/chat-8b:2.0.6',
  reference: 'nim/example/chat-8b:2.0.6',
  nimId: null,
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  pull: {
    phase: 'DOWNLOADING',
    bytesDone: 5_000_000,
    bytesTotal: 9_000_000,
    layers: { total: 3, done: 1, existing: 0 },
    bytesPerSecond: null,
    etaSeconds: null,
    stalledSince: null,
  },
  start: null,
  cancelKeeps: 'nothing',
  failure: null,
  logTail: null,
};

const [state, ...args] = process.argv.slice(2);
const watched = Promise.withResolvers<void>();
const jobsContract = { jobs: { watch: contract.jobs.watch } };

void watched.promise.then(() => process.stderr.write('watched\n'));
process.exitCode = await runHeadless(args, {
  pages: { servePage: () => (_, response) => response.end('page') },
  open: (deps, options) =>
    openCore(deps, {
      ...options,
      contract: jobsContract,
      create: async () => ({
        api: {
          jobs: {
            async *watch(_input: Record<string, never>, { signal }: CallOptions = {}) {
              yield state === 'pulling' ? [pull] : [];
              yield state === 'pulling' ? [pull] : [];
              // Two may be under way: only being asked for a third says that the first has been used.
              watched.resolve();
              await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
            },
          },
        },
        close: async () => {},
      }),
    }),
});
