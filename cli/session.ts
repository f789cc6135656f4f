import { describeLosses } from '../core/host/losses.ts';
import { openCore } from '../core/host/open-core.ts';
import { joinPracticeCore } from '../core/host/practice-core.ts';
import { createNodeDeps } from '../core/node-deps.ts';
import { type Api, contract } from '../shared/contract/index.ts';
import { connect } from '../shared/rpc/connect.ts';
import type { CoreName } from '../shared/rpc/login.ts';
import type { Interrupt } from './interrupt.ts';
import type { Printer } from './print.ts';

export interface Session {
  api: Api;
  /** Other shells may have come to this core meanwhile: their jobs are waited for, unless Ctrl-C says not to. */
  close(): Promise<void>;
}

export async function openSession(print: Printer, interrupt: Interrupt, which: CoreName): Promise<Session> {
  const deps = await createNodeDeps({ shell: 'terminal' });
  const { signal } = interrupt;
  // Practice mode ends with the shell that began it: a terminal's would be gone with its command.
  const core = which === 'practice' ? await joinPracticeCore(deps, signal) : await openCore(deps, { signal });
  const api = connect(await core.newPort(), contract);
  // Whoever joins a core hears it in the page; a list that is suddenly empty must not go unexplained here.
  const { notices } = core.isOwner
    ? await api.app.info({}, { signal }).catch(() => ({ notices: [] }))
    : { notices: [] };
  for (const { code, message } of notices) print.note(`${message} (${code})`);
  return {
    api,
    async close() {
      try {
        if (core.isOwner) await waitForOthersJobs(api, print, interrupt);
      } finally {
        await core.close();
      }
    },
  };
}

async function waitForOthersJobs(api: Api, print: Printer, interrupt: Interrupt): Promise<void> {
  const { signal } = interrupt;
  let isSaid = false;
  try {
    for await (const jobs of api.jobs.watch({}, { signal })) {
      const running = jobs.filter((job) => job.state === 'running');
      if (running.length === 0) return;
      interrupt.warn(() => describeLosses(running));
      if (!isSaid) {
        print.note(`Waiting for what another window started here: ${running.map((job) => job.title).join(', ')}.`);
        isSaid = true;
      }
    }
  } catch (error) {
    // Ctrl-C: then nothing is waited for.
    if (!signal.aborted) throw error;
  } finally {
    interrupt.warn(null);
  }
}
