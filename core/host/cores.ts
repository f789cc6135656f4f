import type { CoreName } from '../../shared/rpc/login.ts';
import type { Wire } from '../../shared/rpc/port.ts';
import type { CoreDeps } from '../deps.ts';
import { type CoreLink, createCoreLink } from './core-link.ts';
import { type CoreHandle, openCore } from './open-core.ts';
import { openPracticeCore } from './practice-core.ts';
import { createLosses } from './watch-losses.ts';

type Open = (deps: CoreDeps, options: { signal: AbortSignal | undefined }) => Promise<CoreHandle>;

/** The two cores of a shell that has pages: the one of this machine, and the one of practice mode, opened when asked for. */
export interface Cores {
  /** Opens the core, or gives the one that is open. */
  open(name: CoreName): Promise<CoreHandle>;
  /** Joins a page that has logged in to the core that it wants. */
  attach(name: CoreName, wire: Wire): Promise<void>;
  /** What would be lost by closing now, in words; null when nothing would be. What is practised is no loss. */
  losses(): string | null;
  close(): Promise<void>;
}

export interface CoresOptions {
  /** Default: `openCore`. */
  open?: Open | undefined;
  /** Ends the start of a core. */
  signal?: AbortSignal | undefined;
}

export function createCores(deps: CoreDeps, { open = openCore, signal }: CoresOptions = {}): Cores {
  const { log } = deps;
  const losses = createLosses();
  const practice = createCoreLink(
    () => openPracticeCore(deps, { signal }),
    log,
    () => {},
  );
  const realDeps: CoreDeps = {
    ...deps,
    practice: { isPractice: false, open: async () => void (await practice.open()) },
  };
  const real = createCoreLink(
    () => open(realDeps, { signal }),
    log,
    (core) => void losses.watch(core).catch((error: unknown) => log.error('host.losses', { error: String(error) })),
  );
  const links: Record<CoreName, CoreLink> = { real, practice };
  return {
    open: (name) => links[name].open(),
    attach: (name, wire) => links[name].attach(wire),
    losses: () => losses.now(),
    async close() {
      await Promise.all([real.close(), practice.close()]);
    },
  };
}
