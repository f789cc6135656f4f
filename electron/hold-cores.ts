import { utilityProcess } from 'electron';
import { setTimeout as delay } from 'node:timers/promises';
import { createCores } from '../core/host/cores.ts';
import { createNodeDeps } from '../core/node-deps.ts';
import { createFollower, type ShellListener } from '../core/shell/follow-cores.ts';
import { createUtilityPrograms } from '../core/shell/utility-programs.ts';
import { acceptLogin, type CoreName } from '../shared/rpc/login.ts';
import type { Wire } from '../shared/rpc/port.ts';

export interface HeldCores {
  /** Rejects when it cannot be opened. */
  open: (name: CoreName) => Promise<void>;
  /** A page's connection that has not logged in yet. */
  serve: (wire: Wire) => void;
  /** What would be lost by ending now, in words; null when nothing would be. */
  losses: () => string | null;
  log: (event: string, fields: Record<string, string>) => void;
  close: () => Promise<void>;
}

/** After an owner in another process has ended, the next one needs a moment to be there; one that cannot be opened, more. */
const followAgainAfterMs = 250;
const longestPauseMs = 10_000;

/** The cores of a data folder, and what they have to say outside of a window. Asks no engine before the first `open`. */
export function holdCores(dataFolder: string, listener: ShellListener): HeldCores {
  const { env } = process;
  const programs = createUtilityPrograms(
    (file, args, given) => utilityProcess.fork(file, args, { env: given, stdio: ['ignore', 'pipe', 'pipe'] }),
    env,
  );
  const closing = new AbortController();
  const { signal } = closing;
  const start = async () => {
    const deps = await createNodeDeps({ shell: 'desktop', dataFolder, env, ...programs });
    return { deps, cores: createCores(deps, { signal }) };
  };
  const ready = start();
  let losses = () => null as string | null;
  const log = (event: string, fields: Record<string, string>) =>
    // Without deps there is no log either; whoever opens a core is told why.
    void ready.then(({ deps }) => deps.log.warn(event, fields)).catch(() => {});

  const follower = createFollower(listener);
  const followed = new Set<CoreName>();
  const follow = async (name: CoreName): Promise<void> => {
    if (followed.has(name)) return;
    followed.add(name);
    let pauseMs = followAgainAfterMs;
    while (!signal.aborted) {
      try {
        const { cores } = await ready;
        await follower.follow(name, await cores.open(name));
        pauseMs = followAgainAfterMs;
      } catch (error) {
        log('desktop.follow', { core: name, error: String(error) });
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
      // Practice ends with the pages that practise; this machine's core goes on, in whichever process.
      if (name === 'practice') break;
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
    followed.delete(name);
  };

  return {
    log,
    losses: () => losses(),
    async open(name) {
      const { cores } = await ready;
      losses = () => cores.losses();
      await cores.open(name);
      void follow(name);
    },
    serve(wire) {
      const accept = async () => {
        // SECURITY: whose page it is has been checked (serve-window.ts), so its word is enough.
        const name = await acceptLogin(wire, { isRight: () => true, shell: 'desktop' });
        if (name === null) return;
        const { cores } = await ready;
        await cores.attach(name, wire);
        void follow(name);
      };
      accept().catch((error: unknown) => {
        log('desktop.attach', { error: String(error) });
        wire.close('unavailable');
      });
    },
    async close() {
      closing.abort();
      const held = await ready.catch(() => null);
      await held?.cores.close();
    },
  };
}
