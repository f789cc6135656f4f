import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { programPath } from '../lib/shipped.ts';
import { hasSystemCode } from '../lib/system-code.ts';
import { writeError } from '../lib/write-error.ts';
import { backUpsOf } from './back-ups.ts';
import type { Row, Store } from './store.ts';
import type { WorkerCall, WorkerReply, WorkerStart } from './worker.ts';

/** Opens `nimdeck.db` in the data folder; never fails because of what is, or is not, in there (see `notices`). */
export async function openStore(deps: Pick<CoreDeps, 'dataFolder' | 'now'>): Promise<Store> {
  const start: WorkerStart = { file: join(deps.dataFolder, 'nimdeck.db'), now: deps.now() };
  // The flags that this process was started with (an inspector, a test runner's) are not for the worker.
  const worker = new Worker(programPath('core/store/worker'), { name: 'store', workerData: start, execArgv: [] });
  // The worker answers each call once and in order, so the oldest one waiting is the one answered.
  const waiting: PromiseWithResolvers<WorkerReply>[] = [];
  let ended: Error | null = null;

  const end = (error: Error) => {
    ended ??= error;
    for (const call of waiting.splice(0)) call.reject(ended);
  };
  worker.on('message', (reply: WorkerReply) => waiting.shift()?.resolve(reply));
  worker.on('error', end);
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      end(new Error(`The store's worker ended with code ${code}.`));
      resolve();
    });
  });

  const nextReply = (): Promise<WorkerReply> => {
    const call = Promise.withResolvers<WorkerReply>();
    waiting.push(call);
    return call.promise;
  };
  const ask = async (call: WorkerCall): Promise<Row[]> => {
    if (ended !== null) throw ended;
    const answered = nextReply();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    worker.postMessage(call);
    const reply = await answered;
    if (reply.kind === 'rows') return reply.rows;
    if (reply.kind === 'failed') throw new AppError(reply.failure.code, reply.failure.message, { file: start.file });
    throw new Error(reply.kind === 'mistake' ? `A statement failed: ${reply.message}` : 'The store opened twice.');
  };

  const opened = await nextReply();
  if (opened.kind !== 'opened') throw new Error('The store did not open.');
  let closing: Promise<void> | null = null;

  return {
    notices: opened.notices,
    hasFullText: opened.hasFullText,
    all: (sql, values = []) => ask({ kind: 'all', sql, values }),
    async run(...statements) {
      await ask({ kind: 'run', statements });
    },
    async removeBackUps() {
      try {
        for (const copy of backUpsOf(start.file)) await rm(copy, { force: true });
      } catch (error) {
        // Without a folder there are no copies either.
        if (!hasSystemCode(error, 'ENOENT', 'ENOTDIR')) throw writeError(error, dirname(start.file));
      }
    },
    close() {
      closing ??= (async () => {
        if (ended !== null) return;
        const last = ask({ kind: 'close' });
        ended ??= cancelled('The store is closed.');
        try {
          await last;
        } finally {
          await exited;
        }
      })();
      return closing;
    },
  };
}
