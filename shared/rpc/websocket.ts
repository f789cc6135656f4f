import { createInbox } from './inbox.ts';
import { type CloseReason, closeReasons, type Wire } from './port.ts';
import { byteLengthExceeds } from './wire.ts';

/** What the browser's, Node's and the ws library's WebSocket have in common. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
}

/** Close codes free for applications begin at 4000 (RFC 6455, 7.4.2); the last digits are HTTP's. */
export const closeCodes = {
  malformed: 4400,
  refused: 4401,
  oversize: 4413,
  overload: 4429,
  unavailable: 4503,
} as const satisfies Record<CloseReason, number>;

const open = 1;
/** RFC 6455: the server's library closes with it before our own check sees the frame. */
const messageTooBig = 1009;
/** With a credit of 2 for each stream, only a reader that stopped reading altogether gets there. */
const maxBufferedBytes = 128 * 1024 * 1024;
const maxKeptFrames = 4096;

function reasonOf(code: number): CloseReason | undefined {
  if (code === messageTooBig) return 'oversize';
  return closeReasons.find((reason) => closeCodes[reason] === code);
}

/** A wire over an open WebSocket. @param maxReceivedBytes a larger frame closes it */
export function websocketWire(socket: WebSocketLike, maxReceivedBytes: number): Wire {
  const inbox = createInbox<string>();

  const close = (reason?: CloseReason) => {
    if (inbox.isClosed) return;
    // At once: the closing handshake with a peer that is gone takes up to half a minute.
    inbox.close(reason);
    if (reason === undefined) socket.close();
    else socket.close(closeCodes[reason], reason);
  };

  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return close('malformed');
    if (byteLengthExceeds(data, maxReceivedBytes)) return close('oversize');
    if (inbox.kept >= maxKeptFrames) return close('overload');
    inbox.push(data);
  });
  socket.addEventListener('close', ({ code }) => inbox.close(reasonOf(code)));
  // Always followed by close, which says all that is needed.
  socket.addEventListener('error', () => {});

  return {
    send(text) {
      if (inbox.isClosed || socket.readyState !== open) return;
      if (socket.bufferedAmount > maxBufferedBytes) return close('overload');
      socket.send(text);
    },
    onFrame: inbox.onFrame,
    onClose: inbox.onClose,
    close,
  };
}
