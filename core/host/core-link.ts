import type { CoreHandle } from './open-core.ts';
import { isAppError } from '../../shared/errors.ts';
import type { Wire } from '../../shared/rpc/port.ts';
import type { CoreDeps } from '../deps.ts';

export interface CoreLink {
  /** Opens the core, or gives the one that is open. */
  open(): Promise<CoreHandle>;
  /** Joins a page that has logged in to the core; the page is told when that cannot be done. */
  attach(wire: Wire): Promise<void>;
  close(): Promise<void>;
}

/**
 * The core as long as there is one. When another process owned it and is gone, its connections are cut by that; the next
 * page that comes (they all come back) opens the core again, which makes this process the owner.
 */
export function createCoreLink(
  openCore: () => Promise<CoreHandle>,
  log: CoreDeps['log'],
  onOpen: (core: CoreHandle) => void,
): CoreLink {
  let present: Promise<CoreHandle> | null = null;
  let isClosed = false;

  const start = async (): Promise<CoreHandle> => {
    const core = await openCore();
    core.onGone(() => {
      log.info('host.owner-gone');
      present = null;
    });
    if (isClosed) await core.close();
    else onOpen(core);
    return core;
  };
  const open = () => {
    const opening = (present ??= start());
    opening.catch(() => {
      if (present === opening) present = null;
    });
    return opening;
  };

  return {
    open,
    async attach(wire) {
      try {
        await (await open()).attach(wire);
      } catch (error) {
        log.error('host.attach', { code: isAppError(error) ? error.code : null, error: String(error) });
        wire.close('unavailable');
      }
    },
    async close() {
      isClosed = true;
      const core = await present?.catch(() => null);
      await core?.close();
    },
  };
}
