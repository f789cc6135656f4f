import { cancelled } from '../errors.ts';
import { disconnected } from './link.ts';
import { type CoreName, login } from './login.ts';
import type { Port } from './port.ts';
import { websocketWire } from './websocket.ts';
import { jsonPort, maxFrameBytes } from './wire.ts';

/** Until the handshake is through; a forwarded port with nothing behind it may never answer. */
const openWithinMs = 10_000;

/** Opens a WebSocket to a browser shell and logs in. Works in a page and in Node. */
export async function openWebSocketPort(
  url: string,
  token: string,
  { core = 'real', signal }: { core?: CoreName; signal?: AbortSignal | undefined } = {},
): Promise<Port | 'refused'> {
  const socket = new WebSocket(url);
  await whenOpen(socket, signal);
  const wire = websocketWire(socket, maxFrameBytes.down);
  const welcome = await login(wire, token, { core, signal });
  return welcome === 'refused' ? welcome : jsonPort(wire, maxFrameBytes.up);
}

function whenOpen(socket: WebSocket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const giveUp = (error: Error) =>
      settle(() => {
        reject(error);
        socket.close();
      });
    const onAbort = () => giveUp(cancelled());
    const timer = setTimeout(() => giveUp(disconnected()), openWithinMs);
    socket.addEventListener('open', () => settle(resolve));
    socket.addEventListener('error', () => giveUp(disconnected()));
    socket.addEventListener('close', () => giveUp(disconnected()));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}
