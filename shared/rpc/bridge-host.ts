import { z } from '../zod.ts';
import { type BridgeMessage, toReason } from './bridge.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Wire } from './port.ts';
import { byteLengthExceeds } from './wire.ts';

const line = { page: z.string().min(1).max(64), id: z.int().min(0) };
const upMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('open'), ...line }),
  z.strictObject({ t: z.literal('text'), ...line, text: z.string() }),
  z.strictObject({ t: z.literal('close'), ...line, reason: z.string().optional() }),
]) satisfies z.ZodType<BridgeMessage>;

/** A page has one connection, two while it changes over; one that opens more is not ours. */
const maxConnections = 8;
const maxKeptFrames = 4096;

export interface BridgeHost {
  /** What came over the channel; untrusted. */
  receive(message: unknown): void;
  /** The page goes or is gone: reloaded, navigated, crashed, closed. It is told, in case it stays after all. */
  closeAll(): void;
}

/** The shell's end of the channel of one window. @param maxReceivedBytes a larger frame closes its connection */
export function createBridgeHost(options: {
  send: (message: BridgeMessage) => void;
  onWire: (wire: Wire) => void;
  maxReceivedBytes: number;
}): BridgeHost {
  const { send, onWire, maxReceivedBytes } = options;
  const connections = new Map<number, { inbox: Inbox<string>; wire: Wire }>();
  let present = '';

  const open = (page: string, id: number) => {
    const inbox = createInbox<string>();
    const wire: Wire = {
      send: (text) => inbox.isClosed || send({ t: 'text', page, id, text }),
      onFrame: inbox.onFrame,
      onClose: inbox.onClose,
      close(given) {
        if (inbox.isClosed) return;
        inbox.close(given);
        connections.delete(id);
        send({ t: 'close', page, id, reason: given });
      },
    };
    connections.set(id, { inbox, wire });
    onWire(wire);
  };

  const closeAll = () => {
    for (const { wire } of connections.values()) wire.close();
  };

  return {
    closeAll,
    receive(raw) {
      const message = upMessage.safeParse(raw).data;
      if (message === undefined) {
        for (const { wire } of connections.values()) wire.close('malformed');
        return;
      }
      const { page, id } = message;
      if (message.t === 'open') {
        if (page !== present) closeAll();
        present = page;
        if (connections.size < maxConnections && !connections.has(id)) return open(page, id);
        return send({ t: 'close', page, id, reason: 'overload' });
      }
      const connection = page === present ? connections.get(id) : undefined;
      if (connection === undefined) return; // It was closed meanwhile.
      const { inbox, wire } = connection;
      if (message.t === 'close') {
        connections.delete(id);
        return inbox.close(toReason(message.reason));
      }
      if (byteLengthExceeds(message.text, maxReceivedBytes)) return wire.close('oversize');
      if (inbox.kept >= maxKeptFrames) return wire.close('overload');
      inbox.push(message.text);
    },
  };
}
