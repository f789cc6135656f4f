import type { NimStatus } from './contract/nims.ts';

/** A NIM whose container runs, or is frozen, and that nobody is stopping. */
export const upStatuses: ReadonlySet<NimStatus> = new Set(['starting', 'ready', 'not-answering', 'paused']);

/** Also where it is being stopped: it holds what it was given. */
export const runningStatuses: ReadonlySet<NimStatus> = new Set([...upStatuses, 'stopping']);
