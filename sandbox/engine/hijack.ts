import type { Writable } from 'node:stream';
import type { Call } from './http.ts';

/**
 * The answer's bytes: on a connection that the client took over, or as an ordinary body without an end.
 * @param takesInput what the client sends is read by somebody else
 */
export function openRawStream(call: Call, isTty: boolean, takesInput = false): Writable {
  const type = `application/vnd.docker.${isTty ? 'raw' : 'multiplexed'}-stream`;
  const { upgrade, response } = call;
  if (upgrade === null) {
    response.writeHead(200, { 'content-type': type });
    response.flushHeaders();
    return response;
  }
  upgrade.write(`HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
  if (!takesInput) upgrade.resume();
  return upgrade;
}
