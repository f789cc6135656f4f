import type { CoreDeps } from '../core/deps.ts';
import { type Cores, createCores, type CoresOptions } from '../core/host/cores.ts';
import type { CoreHandle } from '../core/host/open-core.ts';
import { isSameToken } from '../core/lib/token.ts';
import { createNodeDeps } from '../core/node-deps.ts';
import { acceptLogin, type CoreName } from '../shared/rpc/login.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { noteWithoutEngine } from './no-engine-note.ts';

export interface CoreSideOptions extends CoresOptions {
  dataFolder: string;
  env: CoreDeps['env'];
  /** What a page must show to be let in. */
  token: string;
}

/** The cores of the data folder and the pages' way to them: most of the program, loaded when the pages are served already. */
export interface CoreSide extends Pick<Cores, 'losses' | 'close'> {
  /** A page's connection that has not logged in yet. */
  accept(wire: Wire): void;
  open(name: CoreName): Promise<CoreHandle>;
  noteWithoutEngine: typeof noteWithoutEngine;
}

export async function createCoreSide(options: CoreSideOptions): Promise<CoreSide> {
  const { dataFolder, env, token } = options;
  const deps = await createNodeDeps({ shell: 'browser', dataFolder, env });
  const cores = createCores(deps, options);
  const isRight = (given: string) => isSameToken(given, token);
  const join = async (wire: Wire) => {
    const core = await acceptLogin(wire, { isRight, shell: 'browser' });
    if (core !== null) await cores.attach(core, wire);
  };
  return {
    accept: (wire) => void join(wire),
    open: (name) => cores.open(name),
    losses: () => cores.losses(),
    close: () => cores.close(),
    noteWithoutEngine,
  };
}
