import { writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { ConfigError, readConfig, type NimConfig } from './config.ts';
import { runContainer } from './container.ts';
import { createContainerLog } from './log.ts';
import { describeSystem } from './profiles.ts';
import { printBanner } from './startup-log.ts';

// As in NIM images: the first word after the image names what to do; anything else goes to the engine.
const commands = new Set(['nim-serve', 'list-model-profiles', 'nim_list_model_profiles']);

const args = process.argv.slice(2);
const command = args.find((arg) => commands.has(arg)) ?? 'nim-serve';

function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text);
}

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

function announce(fd: number, config: NimConfig, port: number): void {
  const host = config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
  writeSync(fd, `${JSON.stringify({ program: 'nim', pid: process.pid, url: `http://${host}:${port}`, port })}\n`);
}

try {
  const config = readConfig(process.env, args);
  const log = createContainerLog(config.logLevel, {
    out: (text) => write(process.stdout, text),
    err: (text) => write(process.stderr, text),
  });
  if (command === 'nim-serve') {
    const port = config.port === 0 ? await freePort(config.host) : config.port;
    if (config.announceFd !== null) announce(config.announceFd, config, port);
    const exitCode = await runContainer({ ...config, port }, log);
    process.exit(exitCode);
  }
  printBanner(config, log);
  log.nim('WARNING', 'arg_utils.py:1699', "Field 'port' not found in NimAsyncEngineArgs");
  log.out(describeSystem(config));
} catch (error) {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${String(error)}\n`);
  process.exit(2);
}
