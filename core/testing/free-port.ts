import { createServer } from 'node:net';

/** A port of loopback that was free a moment ago, from the range that the system gives out and nobody asks for by number. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
  return address.port;
}
