import { connect as connectSocket } from 'node:net';
import { AppError } from '../../shared/errors.ts';
import { disconnected } from '../../shared/rpc/link.ts';
import { login } from '../../shared/rpc/login.ts';
import type { Wire } from '../../shared/rpc/port.ts';
import { jsonPort, maxFrameBytes, relay } from '../../shared/rpc/wire.ts';
import type { CoreDeps } from '../deps.ts';
import { lineWire } from './line-wire.ts';
import type { CoreHandle } from './open-core.ts';
import { type Owner, readOwner } from './owner-file.ts';

/** An owner that is alive answers within milliseconds; one that was stopped by a signal never does. */
const answerWithinMs = 5_000;

/** A client of the core that another process owns; null when nobody answers there. */
export async function joinCore(deps: CoreDeps, signal: AbortSignal | undefined): Promise<CoreHandle | null> {
  const owner = readOwner(deps);
  if (owner === null) return null;
  const open = async () => {
    const wire = await openWire(owner.address);
    const welcome = await login(wire, owner.token, { signal, withinMs: answerWithinMs });
    if (welcome === 'refused') throw disconnected();
    return wire;
  };

  // Says nothing; its end is the owner's end.
  let watch: Wire;
  try {
    watch = await open();
  } catch (error) {
    if (error instanceof AppError && error.code === 'DISCONNECTED') return null;
    throw error;
  }
  if (owner.version !== deps.version) logOtherVersion(deps, owner);

  const wires = new Set<Wire>([watch]);
  let isClosed = false;
  const openAnother = async () => {
    if (isClosed) throw disconnected();
    const wire = await open();
    wires.add(wire);
    wire.onClose(() => wires.delete(wire));
    return wire;
  };

  return {
    isOwner: false,
    newPort: async () => jsonPort(await openAnother(), maxFrameBytes.up),
    async attach(wire) {
      relay(wire, await openAnother());
    },
    onGone(listener) {
      watch.onClose(() => {
        if (!isClosed) listener();
      });
    },
    async close() {
      isClosed = true;
      for (const wire of wires) wire.close();
    },
  };
}

function openWire(address: string): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>();
  const socket = connectSocket(address);
  socket.once('connect', () => resolve(lineWire(socket, maxFrameBytes.down)));
  // Whatever it is (no such socket, nobody listens): the owner is not there.
  socket.once('error', () => reject(disconnected()));
  return promise;
}

function logOtherVersion(deps: CoreDeps, owner: Owner): void {
  deps.log.warn('host.other-version', { own: deps.version, owner: owner.version, pid: owner.pid });
}
