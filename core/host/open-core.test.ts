import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { Port } from '../../shared/rpc/port.ts';
import type { CoreDeps } from '../deps.ts';
import { type LogFields, silentLogger } from '../lib/logger.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createHostApi, hostContract } from '../testing/host-process.ts';
import { type CoreHandle, openCore } from './open-core.ts';

const program = join(import.meta.dirname, '../testing/host-process.ts');

function scratchDeps(overrides: Partial<CoreDeps> = {}): CoreDeps {
  const deps = createTestDeps(overrides);
  onTestFinished(() => deps[Symbol.dispose]());
  return deps;
}

interface Closing {
  closed: number;
}

async function open(deps: CoreDeps, closing: Closing = { closed: 0 }, withinMs = 5_000): Promise<CoreHandle> {
  const create = async () => ({ api: createHostApi(), close: async () => void (closing.closed += 1) });
  const core = await openCore(deps, { contract: hostContract, create, withinMs });
  onTestFinished(() => core.close());
  return core;
}

const call = (port: Port) => connect(port, hostContract).host;
const ownerOf = async (core: CoreHandle) => (await call(await core.newPort()).owner({})).pid;

interface Event {
  event: 'open' | 'answer' | 'closed';
  pid?: number;
  isOwner?: boolean;
  owner?: number;
}

interface Shell {
  process: ChildProcess;
  events: Event[];
  send: (line: string) => void;
  exited: Promise<unknown>;
}

function startShell(dataFolder: string): Shell {
  const child = spawn(process.execPath, [program, dataFolder], {
    // One that is killed leaves what it has there.
    env: { ...process.env, TMPDIR: dirname(dataFolder) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const events: Event[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line) as Event));
  const exited = new Promise((resolve) => child.on('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { process: child, events, send: (line) => child.stdin.write(`${line}\n`), exited };
}

const soon = (condition: () => unknown) => expect.poll(condition, { interval: 20, timeout: 25_000 });

describe('openCore in one process', () => {
  it('makes the first shell the owner and the second its client', async () => {
    const deps = scratchDeps();
    const first = await open(deps);
    const second = await open(deps);
    expect([first.isOwner, second.isOwner]).toEqual([true, false]);
    expect([await ownerOf(first), await ownerOf(second)]).toEqual([process.pid, process.pid]);
  });

  it('has exactly one owner of many that come at once', async () => {
    const deps = scratchDeps();
    const cores = await Promise.all(Array.from({ length: 8 }, () => open(deps)));
    expect(cores.filter((core) => core.isOwner)).toHaveLength(1);
    for (const core of cores) expect(await ownerOf(core)).toBe(process.pid);
  });

  it('keeps everything to its user', async () => {
    const deps = scratchDeps();
    const first = await open(deps);
    const modes = ['', 'core.lock', 'core.sock', 'core.json'].map(
      (name) => statSync(join(deps.dataFolder, name)).mode & 0o777,
    );
    expect(modes.map((mode) => mode.toString(8))).toEqual(['700', '600', '600', '600']);
    await first.close();
    expect(['core.sock', 'core.json'].map((name) => existsSync(join(deps.dataFolder, name)))).toEqual([false, false]);
  });

  it('says in the log what of the data could not be removed', async () => {
    const said: unknown[] = [];
    const log = { ...silentLogger, error: (event: string, fields?: LogFields) => void said.push([event, fields]) };
    const deps = scratchDeps({ log });
    const core = await openCore(deps, {
      contract: hostContract,
      create: async () => ({ api: createHostApi(), close: async () => {}, isDataUnwanted: () => true }),
    });
    // Where the folder itself cannot be opened its removal ends at once.
    rmSync(deps.dataFolder, { recursive: true });
    symlinkSync('data', deps.dataFolder);
    await core.close();
    expect(said).toEqual([['host.data-not-removed', { stayed: [expect.stringContaining('ELOOP')] }]]);
  });

  it('refuses a connection to the socket that has no token', async () => {
    const deps = scratchDeps();
    await open(deps);
    const socket = connectSocket(join(deps.dataFolder, 'core.sock'));
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.write('{"t":"call","id":0,"op":"host.owner","input":{}}\n');
    await new Promise((resolve) => socket.on('close', resolve));
    expect(received).toBe('!refused\n');
  });

  it('listens in a short private folder when the data folder has a long path', async () => {
    const short = scratchDeps();
    mkdirSync(short.home, { recursive: true });
    const dataFolder = join(short.home, 'long'.repeat(30), 'data');
    const deps = scratchDeps({ dataFolder, env: { XDG_RUNTIME_DIR: short.home } });
    await open(deps);
    const { address } = JSON.parse(readFileSync(join(dataFolder, 'core.json'), 'utf8')) as { address: string };
    expect(address.startsWith(short.home)).toBe(true);
    expect(statSync(join(address, '..')).mode & 0o777).toBe(0o700);
    // Another environment finds it all the same.
    expect((await open({ ...deps, env: {} })).isOwner).toBe(false);
  });

  it('does not trust a short folder that others can write', async () => {
    const short = scratchDeps();
    mkdirSync(short.home, { recursive: true });
    const open777 = join(short.home, `nimdeck-${short.userId}`);
    mkdirSync(open777, { mode: 0o755 });
    const dataFolder = join(short.home, 'long'.repeat(30), 'data');
    await open(scratchDeps({ dataFolder, env: { XDG_RUNTIME_DIR: short.home } }));
    const { address } = JSON.parse(readFileSync(join(dataFolder, 'core.json'), 'utf8')) as { address: string };
    expect(address.startsWith(open777)).toBe(false);
  });

  it('ends its services once, cuts its clients and lets the next one own', async () => {
    const deps = scratchDeps();
    const closing = { closed: 0 };
    const first = await open(deps, closing);
    const second = await open(deps);
    const gone = new Promise<void>((resolve) => second.onGone(resolve));
    const stream = call(await second.newPort()).ticks({});
    const ticks = stream[Symbol.asyncIterator]();
    await ticks.next();
    await Promise.all([first.close(), first.close(), gone]);
    expect(closing.closed).toBe(1);
    const drained = async () => {
      while (!(await ticks.next()).done);
    };
    await expect(drained()).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await expect(second.newPort()).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect((await open(deps)).isOwner).toBe(true);
  });

  it('waits for an owner that is still ending', async () => {
    const deps = scratchDeps();
    const held = Promise.withResolvers<void>();
    const create = async () => ({ api: createHostApi(), close: () => held.promise });
    const first = await openCore(deps, { contract: hostContract, create });
    const closing = first.close();
    const second = open(deps);
    held.resolve();
    await closing;
    expect((await second).isOwner).toBe(true);
  });

  it('gives the folder back when the services cannot start', async () => {
    const deps = scratchDeps();
    const create = () => Promise.reject(new AppError('DISK_FULL', `No space in ${deps.dataFolder}.`));
    await expect(openCore(deps, { contract: hostContract, create })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect((await open(deps)).isOwner).toBe(true);
  });

  it('obeys a signal while it waits, and gives up on an owner that does not answer, naming it', async () => {
    const deps = scratchDeps();
    const held = Promise.withResolvers<void>();
    const create = async () => {
      await held.promise;
      return { api: createHostApi(), close: async () => {} };
    };
    const starting = openCore(deps, { contract: hostContract, create });
    writeFileSync(
      join(deps.dataFolder, 'core.json'),
      JSON.stringify({
        pid: 4242,
        shell: 'terminal',
        version: 'x',
        address: join(deps.dataFolder, 'core.sock'),
        token: 't',
      }),
      { mode: 0o600 },
    );
    const error: unknown = await open(deps, { closed: 0 }, 50).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'CONFLICT', detail: { pid: 4242 } });
    const controller = new AbortController();
    const waiting = openCore(deps, { contract: hostContract, create, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    held.resolve();
    await (await starting).close();
  });

  it('says that a folder cannot be used', async () => {
    const deps = scratchDeps();
    mkdirSync(join(deps.dataFolder, 'core.lock'), { recursive: true });
    await expect(open(deps)).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE', detail: { folder: deps.dataFolder } });
  });

  it('goes on with a second lock file when the first was damaged', async () => {
    const deps = scratchDeps();
    mkdirSync(deps.dataFolder, { recursive: true });
    writeFileSync(join(deps.dataFolder, 'core.lock'), 'not a database '.repeat(100));
    const first = await open(deps);
    expect([first.isOwner, (await open(deps)).isOwner]).toEqual([true, false]);
  });

  it('says in the log that the owner has another version', async () => {
    const deps = scratchDeps();
    await open(deps);
    const logged: [string, LogFields | undefined][] = [];
    const log = {
      info() {},
      warn: (event: string, fields?: LogFields) => void logged.push([event, fields]),
      error() {},
    };
    await open({ ...deps, version: '9.9.9', log });
    expect(logged).toMatchObject([['host.other-version', { own: '9.9.9', owner: deps.version }]]);
  });

  it('does not believe an owner whose file others can write, nor one of another user', async () => {
    const deps = scratchDeps();
    await open(deps);
    const file = join(deps.dataFolder, 'core.json');
    const refused = { code: 'CONFLICT', message: expect.stringContaining('is not believed') as string };
    chmodSync(file, 0o620);
    await expect(open(deps)).rejects.toMatchObject(refused);
    chmodSync(file, 0o600);
    await expect(open({ ...deps, userId: (deps.userId ?? 0) + 1 })).rejects.toMatchObject(refused);
    expect((await open(deps)).isOwner).toBe(false);
  });
});

describe('openCore over processes', { timeout: 60_000 }, () => {
  it('has exactly one owner of shells that start at the same moment, and all of them see it', async () => {
    const { dataFolder } = scratchDeps();
    const shells = Array.from({ length: 4 }, () => startShell(dataFolder));
    await soon(() => shells.every(({ events }) => events.length === 1)).toBe(true);
    const owners = shells.filter(({ events }) => events[0]?.isOwner === true);
    expect(owners).toHaveLength(1);
    for (const shell of shells) {
      shell.send('call');
      await soon(() => shell.events.at(-1)).toEqual({ event: 'answer', owner: owners[0]!.process.pid });
    }
  });

  it('hands over at once when the owner is killed', async () => {
    const { dataFolder } = scratchDeps();
    const owner = startShell(dataFolder);
    await soon(() => owner.events[0]?.isOwner).toBe(true);
    const clients = [startShell(dataFolder), startShell(dataFolder)];
    await soon(() => clients.every(({ events }) => events[0]?.isOwner === false)).toBe(true);

    const killedAt = performance.now();
    owner.process.kill('SIGKILL');
    await soon(() => clients.every(({ events }) => events.length === 2)).toBe(true);
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    const next = clients.filter(({ events }) => events[1]?.isOwner === true);
    expect(next).toHaveLength(1);
    for (const client of clients) {
      client.send('call');
      await soon(() => client.events.at(-1)).toEqual({ event: 'answer', owner: next[0]!.process.pid });
    }
    expect(owner.events.some(({ event }) => event === 'closed')).toBe(false);
  });

  it('hands over when the owner ends, after its services have', async () => {
    const { dataFolder } = scratchDeps();
    const owner = startShell(dataFolder);
    await soon(() => owner.events.length).toBe(1);
    const client = startShell(dataFolder);
    await soon(() => client.events.length).toBe(1);
    owner.send('close');
    await owner.exited;
    expect(owner.events.at(-1)?.event).toBe('closed');
    await soon(() => client.events[1]?.isOwner).toBe(true);
    client.send('close');
    expect(await client.exited).toBe(0);
  });
});
