import { createServer } from 'node:net';
import { systemCode } from '../lib/system-code.ts';

/** NIM's own default: the first NIM gets the address that every document names. */
const firstPort = 8000;
const portsToTry = 1000;

/**
 * By why it cannot be listened on. A small port is the system's to give, and the engine may have it; a larger one that is
 * refused lies in a range that Windows keeps for its virtual machines, and is refused to everybody.
 */
export const isTaken = (port: number, code: string | null) =>
  code === 'EADDRINUSE' || (code === 'EACCES' && port >= 1024);

/** Whether something listens on this machine's loopback there. The engine has the last word when it binds. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  const outcome = Promise.withResolvers<boolean>();
  server.once('error', (error) => outcome.resolve(!isTaken(port, systemCode(error))));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => outcome.resolve(true));
  try {
    return await outcome.promise;
  } finally {
    server.close();
  }
}

/**
 * The first free port from 8000 on, so that a NIM keeps its address over restarts; one that the engine picks changes at
 * every start. Null, the engine's choice, when there is none.
 * @param reserved ports of NIMs that are stopped now
 */
export async function pickPort(reserved: ReadonlySet<number | null>): Promise<number | null> {
  for (let port = firstPort; port < firstPort + portsToTry; port += 1) {
    if (!reserved.has(port) && (await isPortFree(port))) return port;
  }
  return null;
}
