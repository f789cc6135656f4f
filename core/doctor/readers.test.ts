import { expect, test, vi } from 'vitest';
import { openDoctor } from '../testing/doctor-world.ts';
import { containerdOf, findContainerdRoot } from './containerd-root.ts';
import { parseCdi } from './read-toolkit.ts';
import { readMachine } from './read-machine.ts';
import { readWithin, withoutCredentials } from './readings.ts';
import { compareVersions, listed } from './verdict.ts';
import { createTestDeps } from '../testing/deps.ts';

// Each asks programs and sockets; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 });

const never = () => new Promise<never>(() => {});
const timed = { now: () => 0, signal: new AbortController().signal, what: 'The disk' };

test('a look that hangs is given up, and says so; whoever leaves is told at once', async () => {
  const reading = await readWithin({ ...timed, limitMs: 20 }, never);
  expect(reading).toMatchObject({
    value: null,
    failure: { message: expect.stringContaining('gave no answer within') },
  });
  const abort = new AbortController();
  const left = readWithin({ ...timed, limitMs: 60_000, signal: abort.signal }, never);
  abort.abort();
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a failure keeps its code; a stranger’s has no secret in it', async () => {
  const reading = await readWithin({ ...timed, limitMs: 1000 }, async () => {
    throw new Error(`https://host/?key=nvapi-${'x'.repeat(64)}`);
  });
  expect(reading.failure?.message).toContain('could not be looked at');
  expect(reading.failure?.message).not.toContain('nvapi-x');
});

test('a disk that never answers hides none of the other checks', async () => {
  const limits = {
    machine: 5_000,
    gpu: 10_000,
    engine: 5_000,
    facts: 5_000,
    toolkit: 5_000,
    disks: 50,
    cache: 50,
    key: 5_000,
    hosts: 5_000,
    probe: 5_000,
  };
  await using machine = await openDoctor({ limits, system: { space: never, canWrite: never } });
  const { checks, isRunning } = await machine.doctor.api.check({ ids: null });
  expect(isRunning).toBe(false);
  const state = (id: string) => checks.find((check) => check.id === id)?.state;
  expect([state('disk'), state('cache')]).toEqual(['unknown', 'unknown']);
  expect([state('card'), state('driver'), state('engine'), state('toolkit'), state('hosts')]).toEqual(
    Array(5).fill('ok'),
  );
});

test('the checks come as they end, and every one at the end', async () => {
  await using machine = await openDoctor();
  const seen: number[] = [];
  for await (const report of machine.doctor.api.watch({})) {
    expect(report.checks).toHaveLength(18);
    seen.push(report.checks.filter(({ state }) => state === 'checking').length);
    if (!report.isRunning && seen.length > 1) break;
  }
  expect(Math.max(...seen)).toBeGreaterThan(5);
  expect(seen.at(-1)).toBe(0);
});

test('one check again looks at nothing else', async () => {
  let looks = 0;
  const space = async () => {
    looks += 1;
    return { freeBytes: 900e9, totalBytes: 900e9 };
  };
  await using machine = await openDoctor({ system: { space } });
  const before = await machine.doctor.api.check({ ids: null });
  const looked = looks;
  const after = await machine.doctor.api.check({ ids: ['cache'] });
  expect(looks).toBe(looked);
  const at = (report: typeof before, id: string) => report.checks.find((check) => check.id === id)?.checkedAt;
  expect(at(after, 'disk')).toBe(at(before, 'disk'));
  await machine.doctor.api.check({ ids: ['disk'] });
  expect(looks).toBeGreaterThan(looked);
});

test('names of a CDI file, of YAML as NVIDIA’s tool writes it and of JSON', () => {
  const yaml = [
    'cdiVersion: 0.5.0',
    'containerEdits:',
    '  hooks:',
    '  - hookName: createContainer',
    '    name: not-a-device',
    '  mounts:',
    '  - hostPath: /usr/lib/libcuda.so.580.82.07',
    'devices:',
    '- containerEdits:',
    '    deviceNodes:',
    '    - path: /dev/nvidia0',
    '      name: not-this-either',
    '  name: "0"',
    "- name: 'GPU-1'",
    '  containerEdits: {}',
    'kind: nvidia.com/gpu',
  ];
  const expected = { path: 'a', kind: 'nvidia.com/gpu', names: ['0', 'GPU-1'], driverVersions: ['580.82.07'] };
  expect(parseCdi('a', yaml.join('\n'))).toEqual(expected);
  expect(parseCdi('a', yaml.join('\r\n'))).toEqual(expected);
  expect(parseCdi('a', '{"kind":"nvidia.com/gpu","devices":[{"name":"0"},{"name":1}]}')).toMatchObject({
    names: ['0', '1'],
  });
  expect(parseCdi('a', '{"kind":')).toMatchObject({ kind: null, names: [] });
  expect(parseCdi('a', 'noise')).toEqual({ path: 'a', kind: null, names: [], driverVersions: [] });
});

test('proxies are told without who signs in to them', async () => {
  expect(withoutCredentials('http://ada:secret@proxy:3128')).toBe('http://proxy:3128');
  expect(withoutCredentials('ada:secret@proxy:3128')).toBe('proxy:3128');
  using deps = createTestDeps({ platform: 'linux', env: { HTTPS_PROXY: 'http://ada:secret@proxy:3128' } });
  const machine = await readMachine(deps);
  expect(machine.proxies).toEqual([{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }]);
  expect(machine).toMatchObject({ kind: 'linux', kernel: null, cards: null, moduleVersion: null });
});

test('versions are numbers, and lists are sentences', () => {
  expect(['580.82.07', '570.133.20', '570.86.10'].toSorted(compareVersions)).toEqual([
    '570.86.10',
    '570.133.20',
    '580.82.07',
  ]);
  expect(compareVersions('24.0', '24.0.7')).toBeLessThan(0);
  expect(compareVersions('5.4.2', '5.4.2')).toBe(0);
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c', 'd', 'e'], 3)]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and 3 more',
  ]);
});

test('containerd keeps its files where its own command line or settings say', async () => {
  const process = (...words: string[]) => `${words.join('\0')}\0`;
  const world = (files: Record<string, string>) => {
    const numbers = Object.keys(files).flatMap((path) => /^\/proc\/(\d+)\//.exec(path)?.[1] ?? []);
    return {
      list: async () => ['self', 'net', ...numbers],
      async readText(path: string) {
        const text = files[path];
        if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
        return text;
      },
    };
  };
  const usual = '/run/containerd/containerd.sock';
  const toml = 'version = 2\nroot = "/data/containerd"\n[grpc]\n  address = "/own/c.sock"\n[debug]\n  root = "/no"\n';
  expect(await findContainerdRoot(world({}), usual)).toEqual({
    folder: '/var/lib/containerd',
    source: 'containerd’s default',
  });
  expect(await findContainerdRoot(world({ '/etc/containerd/config.toml': toml }), usual)).toEqual({
    folder: '/data/containerd',
    source: '/etc/containerd/config.toml',
  });
  const own = world({
    '/proc/7/cmdline': process('/usr/bin/containerd-shim-runc-v2', '--address', '/own/c.sock'),
    '/proc/8/cmdline': process('/usr/bin/containerd', '--config=/own/c.toml'),
    '/proc/9/cmdline': process('containerd', '-a', '/other.sock', '--root', '/other'),
    '/own/c.toml': toml,
  });
  expect(await findContainerdRoot(own, '/own/c.sock')).toEqual({ folder: '/data/containerd', source: '/own/c.toml' });
  expect(await findContainerdRoot(own, '/other.sock')).toEqual({ folder: '/other', source: '/proc/9/cmdline' });
  const engines = world({
    '/proc/5/cmdline': process('dockerd', '-H', 'fd://', '--containerd=/run/containerd/containerd.sock'),
    '/proc/6/cmdline': process('/opt/dockerd', '--config-file', '/own/d.json'),
    '/own/d.json': '{"data-root":"/own/docker","containerd":"/own/c.sock"}',
  });
  expect(await containerdOf(engines, '/var/lib/docker')).toBe(usual);
  expect(await containerdOf(engines, '/own/docker')).toBe('/own/c.sock');
  expect(await containerdOf(engines, '/elsewhere')).toBeNull();
});
