import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiOf, Contract } from '../../shared/rpc/contract.ts';
import { acceptLogin } from '../../shared/rpc/login.ts';
import { createPair } from '../../shared/rpc/pair.ts';
import type { Port, Wire } from '../../shared/rpc/port.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { jsonPort, maxFrameBytes } from '../../shared/rpc/wire.ts';
import { removeData, removeReleasedLock, writeFault } from '../data-folder.ts';
import type { CoreDeps } from '../deps.ts';
import { isSameToken, newToken } from '../lib/token.ts';
import type { FolderLock } from './folder-lock.ts';
import { lineWire } from './line-wire.ts';
import type { CoreHandle, HostedCore } from './open-core.ts';
import { chooseAddress, removeOwner, writeOwner } from './owner-file.ts';

/** Who makes room on a full disk does not wait long for a second shell. */
const announceAgainMs = 2_000;

/** This process has the lock: it makes the services and serves them to its own pages and to later shells. */
export async function ownCore<C extends Contract>(
  deps: CoreDeps,
  lock: FolderLock,
  contract: C,
  create: (deps: CoreDeps) => Promise<HostedCore<ApiOf<C>>>,
): Promise<CoreHandle> {
  const ports = new Set<Port>();
  let core: HostedCore<ApiOf<C>>;
  try {
    core = await create(deps);
  } catch (error) {
    lock.release();
    throw error;
  }

  const servePort = (port: Port) => {
    ports.add(port);
    port.onClose(() => ports.delete(port));
    serve(port, contract, core.api, { log: deps.log });
  };
  const serveWire = (wire: Wire) => servePort(jsonPort(wire, maxFrameBytes.down));

  const token = newToken();
  const isRight = (given: string) => isSameToken(given, token);
  const wires = new Set<Wire>();
  const server = createServer((socket) => {
    const wire = lineWire(socket, maxFrameBytes.up);
    wires.add(wire);
    wire.onClose(() => wires.delete(wire));
    const accept = async () => {
      if (await acceptLogin(wire, { isRight, shell: deps.shell })) serveWire(wire);
    };
    void accept();
  });

  server.on('error', (error) => deps.log.error('host.socket', { error: String(error) }));

  const ending = new AbortController();
  const end = async () => {
    ending.abort();
    // First, so that later shells wait for the lock instead of knocking here.
    forgetOwner(deps);
    const stopped = new Promise((resolve) => server.close(resolve));
    for (const port of ports) port.close();
    for (const wire of wires) wire.close();
    await core.close();
    await stopped;
    if (core.isDataUnwanted?.() === true) removeUnwanted(deps, lock);
    else lock.release();
  };

  async function announce(): Promise<void> {
    const address = chooseAddress(deps);
    if (!server.listening) await listen(server, address, deps.platform);
    writeOwner(deps.dataFolder, { pid: process.pid, shell: deps.shell, version: deps.version, address, token });
  }

  try {
    await announce();
  } catch (error) {
    if (writeFault(deps.dataFolder) === null) {
      await end();
      throw error;
    }
    // No other shell finds the way here; the pages of this one need none.
    deps.log.warn('host.not-announced', { error: String(error) });
    void announceLater(announce, ending.signal);
  }

  let ended: Promise<void> | null = null;
  return {
    isOwner: true,
    async newPort() {
      const [near, far] = createPair();
      servePort(far);
      return near;
    },
    async attach(wire) {
      serveWire(wire);
    },
    onGone() {},
    close: () => (ended ??= end()),
  };
}

/** Until there is room. */
async function announceLater(announce: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(announceAgainMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      await announce();
      return;
    } catch {
      // As before; it was said once.
    }
  }
}

function forgetOwner({ dataFolder, log }: CoreDeps): void {
  try {
    removeOwner(dataFolder);
  } catch (error) {
    // The disk may not be written any more. Whoever reads the file knocks, and finds nobody.
    log.warn('host.owner-not-removed', { error: String(error) });
  }
}

/** Still under the lock, whose own file goes with the rest: who comes next begins with an empty folder. */
function removeUnwanted({ dataFolder, log }: CoreDeps, lock: FolderLock): void {
  const stayed = removeData(dataFolder);
  lock.release();
  const still = removeReleasedLock(dataFolder, stayed);
  // A line begins the log again: only where there is something to say.
  if (still.length > 0) {
    log.error('host.data-not-removed', { stayed: still.map(({ path, reason }) => `${path}: ${reason}`) });
  }
}

async function listen(server: Server, address: string, platform: NodeJS.Platform): Promise<void> {
  // A socket file that a killed owner left behind; the lock says that it has no listener.
  if (platform !== 'win32') rmSync(address, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  if (platform !== 'win32') chmodSync(address, 0o600);
}
