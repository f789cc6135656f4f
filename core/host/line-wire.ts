import type { Socket } from 'node:net';
import { createInbox } from '../../shared/rpc/inbox.ts';
import { type CloseReason, closeReasons, type Wire } from '../../shared/rpc/port.ts';
import { maxFrameBytes } from '../../shared/rpc/wire.ts';

const lineEnd = 0x0a;
/** Begins the last line of a connection that is closed on purpose; no JSON text begins so. */
const farewell = '!';
const maxKeptFrames = 4096;
const maxBufferedBytes = 2 * maxFrameBytes.down;
/** For the farewell to get through to a reader that does not read. */
const lingerMs = 1_000;

/** One JSON text a line, between processes of one user. @param maxReceivedBytes a longer line closes it */
export function lineWire(socket: Socket, maxReceivedBytes: number): Wire {
  const inbox = createInbox<string>();
  let parts: Buffer[] = [];
  let partsBytes = 0;

  const close = (reason?: CloseReason) => {
    if (inbox.isClosed) return;
    inbox.close(reason);
    if (reason !== undefined) socket.write(`${farewell}${reason}\n`);
    socket.setTimeout(lingerMs, () => socket.destroy());
    socket.destroySoon();
  };

  const receive = (text: string) => {
    if (!text.startsWith(farewell)) return inbox.kept < maxKeptFrames ? inbox.push(text) : close('overload');
    const reason = closeReasons.find((known) => known === text.slice(farewell.length));
    inbox.close(reason);
    socket.destroy();
  };

  socket.on('data', (chunk: Buffer) => {
    for (let from = 0; from < chunk.length && !inbox.isClosed;) {
      const end = chunk.indexOf(lineEnd, from);
      const part = chunk.subarray(from, end === -1 ? chunk.length : end);
      from += part.length + 1;
      partsBytes += part.length;
      if (partsBytes > maxReceivedBytes) return close('oversize');
      parts.push(part);
      if (end === -1) return;
      const text = Buffer.concat(parts).toString('utf8');
      parts = [];
      partsBytes = 0;
      receive(text);
    }
  });
  socket.on('close', () => inbox.close(undefined));
  // Always followed by close; a peer that was killed is an ordinary end here.
  socket.on('error', () => {});

  return {
    send(text) {
      if (inbox.isClosed || !socket.writable) return;
      // What a page sent is passed on unread: it must stay one line.
      if (text.startsWith(farewell) || text.includes('\n')) return close('malformed');
      if (socket.writableLength > maxBufferedBytes) return close('overload');
      socket.write(`${text}\n`);
    },
    onFrame: inbox.onFrame,
    onClose: inbox.onClose,
    close,
  };
}
