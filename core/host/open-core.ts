import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { type Api, contract as appContract } from '../../shared/contract/index.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { ApiOf, Contract } from '../../shared/rpc/contract.ts';
import type { Port, Wire } from '../../shared/rpc/port.ts';
import { makeDataFolder, writeFault } from '../data-folder.ts';
import type { CoreDeps } from '../deps.ts';
import { type FolderLock, tryLockFolder } from './folder-lock.ts';
import { writeError } from '../lib/write-error.ts';
import { joinCore } from './joined-core.ts';
import { ownCore } from './owned-core.ts';
import { readOwner } from './owner-file.ts';

export interface HostedCore<A> {
  api: A;
  close(): Promise<void>;
  /** Asked after the end: whether somebody wanted the data folder to go. */
  isDataUnwanted?(): boolean;
}

/** The one core of a data folder, in this process or in another one. */
export interface CoreHandle {
  readonly isOwner: boolean;
  /** A new connection to the services: `connect(await handle.newPort(), contract)`. */
  newPort(): Promise<Port>;
  /** Serves a connection that has logged in, for instance a page's WebSocket; to another process it is passed on unread. */
  attach(wire: Wire): Promise<void>;
  /**
   * Called when the owner in another process is gone: this handle is of no use any more, `openCore` again makes this
   * process the owner (or finds the new one). Never called by an owner, nor after `close`.
   */
  onGone(listener: () => void): void;
  /** The owner ends its services first; connections are cut either way. */
  close(): Promise<void>;
}

export interface OpenCoreOptions<C extends Contract> {
  contract: C;
  create: (deps: CoreDeps) => Promise<HostedCore<ApiOf<C>>>;
  /** Ends the wait for another owner; services that are being made are made. */
  signal?: AbortSignal | undefined;
  /** How long an owner may take to start or to end. */
  withinMs?: number;
}

/** An owner that starts may copy a large store first; one that ends waits for its jobs. */
const ownerWithinMs = 30_000;
/** Where nothing can be written an owner copies nothing, and cannot say where it listens. */
const unannouncedWithinMs = 3_000;

/** The first shell of a data folder owns its core; later ones are clients of the first. */
export function openCore<C extends Contract>(deps: CoreDeps, options: OpenCoreOptions<C>): Promise<CoreHandle>;
export function openCore(
  deps: CoreDeps,
  options?: Pick<OpenCoreOptions<typeof appContract>, 'signal' | 'withinMs'>,
): Promise<CoreHandle>;
export async function openCore(
  deps: CoreDeps,
  options: Partial<OpenCoreOptions<typeof appContract>> = {},
): Promise<CoreHandle> {
  const { contract = appContract, create = createAppServices, signal, withinMs = ownerWithinMs } = options;
  makeDataFolder(deps.dataFolder, deps.env);
  const beganAt = performance.now();
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    if (signal?.aborted) throw cancelled();
    const lock = lockOrFault(deps);
    if (lock === 'nothing-to-own') {
      // An owner from before the disk was full or read-only still answers.
      return (await joinCore(deps, signal)) ?? ownCore(deps, { release: () => {} }, contract, create);
    }
    if (lock !== null) return ownCore(deps, lock, contract, create);
    const joined = await joinCore(deps, signal);
    if (joined !== null) return joined;
    const waitedMs = performance.now() - beganAt;
    if (waitedMs > withinMs) throw silentOwner(deps);
    if (waitedMs > unannouncedWithinMs) throwUnannounced(deps);
    // Between the owner's lock and its first answer, or between its last answer and the end of its lock.
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw cancelled();
    });
  }
}

/** Two cores on one folder would undo each other’s work: not where neither can write anything. */
function lockOrFault({ dataFolder, log }: CoreDeps): FolderLock | 'nothing-to-own' | null {
  try {
    return tryLockFolder(dataFolder);
  } catch (error) {
    const fault = writeFault(dataFolder);
    if (fault === null) throw error;
    log.warn('host.nothing-kept', { error: String(fault) });
    return 'nothing-to-own';
  }
}

/** Loaded by the owner only: a client does without the engine's, the store's and the parsers' libraries. */
async function createAppServices(deps: CoreDeps): Promise<HostedCore<Api>> {
  const { createServices } = await import('../index.ts');
  // A shell that serves pages answers between these two, each of which takes some 50 ms.
  await turn();
  return createServices(deps);
}

/** Throws where a disk that is full, or may not be written, keeps the owner from being found. */
function throwUnannounced(deps: CoreDeps): void {
  const { dataFolder } = deps;
  if (readOwner(deps) !== null) return;
  const fault = writeFault(dataFolder);
  if (fault === null) return;
  const { code, message } = writeError(fault, dataFolder);
  const text = `Another Nimdeck uses the data folder ${dataFolder} and could not write there where it is to be found. ${message}`;
  throw new AppError(code, text, { folder: dataFolder }, { cause: fault });
}

function silentOwner(deps: CoreDeps): AppError {
  const owner = readOwner(deps);
  const who = owner === null ? 'Another Nimdeck' : `Another Nimdeck (process ${owner.pid})`;
  const text = `${who} uses the data folder ${deps.dataFolder} but does not answer. End it, then try again.`;
  return new AppError('CONFLICT', text, { folder: deps.dataFolder, pid: owner?.pid ?? null });
}
