import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createServer } from 'node:net';
import type { NimConfig } from './config.ts';
import type { NimHost } from './container.ts';
import { runNim } from './program.ts';

// Whoever read the log may be gone before us.
process.stdout.on('error', () => process.exit(0));
process.stderr.on('error', () => process.exit(0));

/** A port that was free a moment ago: it must be known before the time comes to listen on it. */
function freePort(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().once('error', reject);
  server.listen(0, host, () => {
    const address = server.address();
    server.close(() =>
      typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
    );
  });
  return promise;
}

function announce(fd: number, config: NimConfig): void {
  const host = config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
  const { port } = config;
  writeSync(fd, `${JSON.stringify({ program: 'nim', pid: process.pid, url: `http://${host}:${port}`, port })}\n`);
}

/** This process is the container. */
async function hostFor(wished: NimConfig): Promise<{ host: NimHost; config: NimConfig }> {
  const config = wished.port === 0 ? { ...wished, port: await freePort(wished.host) } : wished;
  if (config.announceFd !== null) announce(config.announceFd, config);
  const terminating = new AbortController();
  const terminate = () => terminating.abort();
  process.once('SIGTERM', terminate).once('SIGINT', terminate);
  if (config.followsParent) process.stdin.once('end', terminate).once('error', terminate).resume();
  const host: NimHost = {
    async open(server) {
      server.listen(config.port, config.host);
      await once(server, 'listening');
    },
    terminated: terminating.signal,
    killed: new AbortController().signal,
    takeMemory: () => null,
    cacheFolder: config.cachePath,
  };
  return { host, config };
}

const output = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};
process.exit(await runNim(process.env, process.argv.slice(2), output, hostFor));
