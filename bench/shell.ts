import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Api, contract } from '../shared/contract/index.ts';
import { connect } from '../shared/rpc/connect.ts';
import { login } from '../shared/rpc/login.ts';
import { websocketWire } from '../shared/rpc/websocket.ts';
import { jsonPort, maxFrameBytes } from '../shared/rpc/wire.ts';
import { z } from '../shared/zod.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Shell extends AsyncDisposable {
  process: ChildProcess;
  /** With the token. */
  address: string;
}

export interface ShellOptions {
  port: number;
  dataFolder: string;
  /** Beside what any program needs. */
  env: Record<string, string>;
}

/** Starts the browser shell from what is built (first with a build, where that is older); resolves when it has printed its address. */
export async function startShell({ port, dataFolder, env }: ShellOptions): Promise<Shell> {
  const child = spawn(process.execPath, ['scripts/serve.mjs', '--no-open', '--json', '--port', String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: dataFolder, NIMDECK_DATA: dataFolder, NIMDECK_SECRETS: 'file', ...env },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let printed = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    const end = printed.indexOf('\n');
    if (end !== -1) resolve(printed.slice(0, end));
  });
  void ended.then((code) => reject(new Error(`The shell ended with ${code}.`)));
  const { address } = z.object({ address: z.string() }).parse(JSON.parse(await promise));
  return {
    process: child,
    address,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** As a page does. */
export async function connectTo(address: string): Promise<{ api: Api; close: () => void }> {
  const { host, hash } = new URL(address);
  const socket = new WebSocket(`ws://${host}/rpc`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const wire = websocketWire(socket, maxFrameBytes.down);
  await login(wire, new URLSearchParams(hash.slice(1)).get('token') ?? '');
  return { api: connect(jsonPort(wire, maxFrameBytes.up), contract), close: () => wire.close() };
}

export function createScratch(): { folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-bench-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
