import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type OneNimEngine, startOneNimEngine } from '../../core/testing/one-nim-engine.ts';
import { type Api, contract } from '../../shared/contract/index.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { type CoreName, login } from '../../shared/rpc/login.ts';
import { websocketWire } from '../../shared/rpc/websocket.ts';
import { jsonPort, maxFrameBytes } from '../../shared/rpc/wire.ts';
import { root } from '../stages.ts';
import { readManifest } from './manifest.ts';
import { makeTarball } from './tarball.ts';

const execute = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'nimdeck-npm-'));
const installed = join(scratch, 'empty');
const packageFolder = join(installed, 'node_modules/nimdeck');
const program = join(installed, 'node_modules/.bin/nimdeck');
let engine: OneNimEngine;
let tarball: string;

const token = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: null }] })}\n\n`;
const lastToken = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`;

beforeAll(async () => {
  tarball = await makeTarball(scratch);
  mkdirSync(installed);
  // An empty cache and no network: whatever is not in the package is missing. The native keyring is optional, and tried
  // on its own below.
  const npm = ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', '--cache', join(scratch, 'cache')];
  await execute('npm', [...npm, tarball], { cwd: installed });
  engine = await startOneNimEngine({
    pull: [],
    log: [],
    tokens: [token('Hello '), token('from a package.'), lastToken],
  });
}, 120_000);

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});

function start(args: readonly string[]) {
  const dataFolder = mkdtempSync(join(scratch, 'data-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: dataFolder,
    NIMDECK_DATA: dataFolder,
    NIMDECK_SECRETS: 'file',
    DOCKER_HOST: engine.dockerHost,
  };
  const child = spawn(program, args, { cwd: scratch, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, printed, ended };
}

async function runToEnd(...args: string[]) {
  const { printed, ended } = start(args);
  return { exitCode: await ended, ...printed };
}

async function serve() {
  const started = start(['serve', '--port', '0', '--no-open', '--json']);
  await expect.poll(() => started.printed.stdout, { timeout: 20_000 }).toContain('\n');
  const { address } = JSON.parse(started.printed.stdout) as { address: string };
  return { ...started, address };
}

/** As a page does. */
async function connectTo(address: string, core: CoreName): Promise<Api> {
  const { host, hash } = new URL(address);
  const socket = new WebSocket(`ws://${host}/rpc`);
  await once(socket, 'open');
  const wire = websocketWire(socket, maxFrameBytes.down);
  await login(wire, new URLSearchParams(hash.slice(1)).get('token') ?? '', { core });
  return connect(jsonPort(wire, maxFrameBytes.up), contract);
}

async function first<T>(items: AsyncIterable<T>, isIt: (item: T) => boolean): Promise<T> {
  for await (const item of items) if (isIt(item)) return item;
  throw new Error('It ended before.');
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

test('holds what it should and nothing else', () => {
  const allowed = [
    /^package\.json$/,
    /^(?:README\.md|LICENSE|THIRD_PARTY_NOTICES)$/,
    /^bin\/nimdeck\.mjs$/,
    /^assets\/[\w-]+\.json$/,
    /^out\/cli\/[\w-]+\.js$/,
    /^out\/renderer\/index\.html$/,
    /^out\/renderer\/assets\/[\w.-]+\.(?:js|css|svg|png|woff2)$/,
  ];
  const files = filesOf(packageFolder);
  expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['out/renderer/index.html', 'assets/catalog.json', 'bin/nimdeck.mjs']));
  expect(readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['nimdeck']);
  expect(statSync(tarball).size).toBeLessThan(3_000_000);
});

test('says nothing of the machine that it was made on, and holds no map, test or type', () => {
  for (const file of filesOf(packageFolder)) {
    const text = readFileSync(join(packageFolder, file), 'utf8');
    const found = [root, join(homedir(), '/'), 'sourceMappingURL', 'vitest'].filter((word) => text.includes(word));
    expect([file, ...found]).toEqual([file]);
  }
});

test('has its version, and needs nothing but the keyring', () => {
  const packed = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { version, devDependencies } = readManifest();
  expect(packed['version']).toBe(version);
  expect(packed['dependencies']).toBeUndefined();
  expect(packed['scripts']).toBeUndefined();
  const keyring = '@napi-rs/keyring';
  expect(packed['optionalDependencies']).toEqual({ [keyring]: devDependencies[keyring] });
});

test('nimdeck --help', async () => {
  const { exitCode, stdout, stderr } = await runToEnd('--help');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain('nimdeck COMMAND --help');
});

test('nimdeck ps', { timeout: 30_000 }, async () => {
  const { exitCode, stdout, stderr } = await runToEnd('ps', '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject([{ id: engine.nimId, name: 'example-chat' }]);
});

test('nimdeck chat', { timeout: 30_000 }, async () => {
  const { exitCode, stdout, stderr } = await runToEnd('chat', 'example-chat', 'Say hello.');
  expect([exitCode, stdout.trim()]).toEqual([0, 'Hello from a package.']);
  expect(stderr).not.toContain('Error');
});

test('nimdeck serve: the pages, and the core behind them', { timeout: 30_000 }, async () => {
  const { child, printed, ended, address } = await serve();
  const page = await fetch(address);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const script = /src="\.\/(assets\/[\w-]+\.js)"/.exec(await page.text())?.[1];
  expect((await fetch(new URL(script ?? 'none', address))).status).toBe(200);

  const api = await connectTo(address, 'real');
  expect(await api.app.info({})).toMatchObject({ version: readManifest().version, owner: { shell: 'browser' } });
  expect((await api.catalog.list({})).models.length).toBeGreaterThan(50);

  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(printed.stderr).toBe('');
});

test('practice mode: a model of the list is pulled, runs and answers', { timeout: 60_000 }, async () => {
  const { child, ended, address } = await serve();
  await (await connectTo(address, 'real')).practice.open({});
  const api = await connectTo(address, 'practice');
  await api.practice.setSpeed({ speed: 1000 });
  const { key } = (await first(api.practice.watch({}), (state) => state !== null)) ?? { key: '' };
  await api.ngc.signIn({ key });
  const { models } = await api.catalog.list({});
  const { repository, tag } = models.find(({ name }) => name === 'llama-3.1-8b-instruct') ?? {};
  await first(api.engine.watch({}), ({ status }) => status === 'connected');
  const { jobId } = await api.nims.deploy({
    reference: `${repository}:${tag ?? 'latest'}`,
    name: 'practised',
    gpus: { kind: 'all' },
    port: null,
    profile: null,
    allowAnyOrigin: false,
    environment: [],
  });
  const jobs = await first(api.jobs.watch({}), (list) =>
    list.some(({ id, state }) => id === jobId && state !== 'running'),
  );
  expect(jobs.find(({ id }) => id === jobId)).toMatchObject({ state: 'done', failure: null });
  const { nims } = await first(api.nims.watch({}), (list) => list.nims.some(({ status }) => status === 'ready'));
  const { turnId } = await api.chat.send({
    conversationId: null,
    target: { kind: 'nim', nimId: nims[0]?.id ?? '' },
    text: 'What is a MIG slice?',
    parameters: { systemPrompt: null, temperature: null, topP: null, maxTokens: 20 },
  });
  let text = '';
  for await (const delta of api.chat.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) text += delta.text;
  expect(text).not.toBe('');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test(
  'the key store’s helper finds a keyring that was installed, and says when there is none',
  { timeout: 30_000 },
  async () => {
    const helper = join(packageFolder, 'out/cli/core-secrets-key-store-helper.js');
    const ask = async () => {
      const child = spawn(process.execPath, [helper], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        env: { PATH: '' },
      });
      child.send({ id: 1, action: 'get', account: 'probe', value: null });
      const [reply] = (await once(child, 'message')) as [{ error: string | null }];
      child.disconnect();
      await once(child, 'exit');
      return reply.error;
    };
    expect(await ask()).toContain('@napi-rs/keyring');
    const scope = join(installed, 'node_modules/@napi-rs');
    cpSync(join(root, 'node_modules/@napi-rs'), scope, { recursive: true });
    onTestFinished(() => rmSync(scope, { recursive: true }));
    // Now it is the session's bus that is missing, not the module.
    expect(await ask()).not.toContain('@napi-rs/keyring');
  },
);
