import { expect, test } from 'vitest';
import type { DeploySpec, GpuChoice } from '../../shared/contract/nims.ts';
import { gpuParts, gpuWays } from './gpu-request.ts';
import { toImageFacts } from './image.ts';
import type { CachePlan } from './model-cache.ts';
import { freeName, nameFromReference } from './names.ts';
import { cacheTarget, containerBody, type ContainerInput } from './spec.ts';

const spec: DeploySpec = {
  reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.6',
  name: null,
  gpus: { kind: 'all' },
  port: null,
  profile: null,
  allowAnyOrigin: false,
  environment: [],
};

const cache: CachePlan = {
  mount: { Type: 'bind', Source: '/home/me/.cache/nim', Target: '/opt/nim/.cache' },
  user: '1000',
  group: null,
};

/** An image as `docker image inspect` shows it. */
const imageWith = (version: string | null, more: object = {}) =>
  toImageFacts({
    Config: { User: 'nim', Labels: version === null ? null : { 'com.nvidia.nim.version': version }, ...more },
  });

const make = (change: Partial<DeploySpec> = {}, more: Partial<ContainerInput> = {}) =>
  containerBody({
    spec: { ...spec, ...change },
    name: 'llama',
    image: imageWith('2.0.6'),
    cache,
    gpuWay: 'hook',
    port: 8000,
    ngcKey: null,
    ...more,
  });

test('a container as the documented command line makes it', () => {
  expect(make({}, { ngcKey: 'nvapi-secret' })).toEqual({
    Image: spec.reference,
    User: '1000',
    Env: ['NIM_LOG_LEVEL=INFO', 'NIM_CORS_ALLOW_ORIGINS=https://nimdeck.invalid', 'NGC_API_KEY=nvapi-secret'],
    Labels: {
      'io.nimdeck.managed': 'true',
      'io.nimdeck.name': 'llama',
      'io.nimdeck.reference': spec.reference,
      'io.nimdeck.gpus': '{"kind":"all"}',
    },
    ExposedPorts: { '8000/tcp': {} },
    StopTimeout: 30,
    HostConfig: {
      DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }],
      ShmSize: 17_179_869_184,
      Mounts: [cache.mount],
      PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8000' }] },
      RestartPolicy: { Name: 'no' },
    },
  });
});

test('the key is in the environment of the container and nowhere else', () => {
  const { Env, ...rest } = make({}, { ngcKey: 'nvapi-secret' });
  expect(Env).toContain('NGC_API_KEY=nvapi-secret');
  expect(JSON.stringify(rest)).not.toContain('nvapi-secret');
  expect(make().Env.join(' '), 'no key, no variable').not.toContain('NGC_API_KEY');
});

test.each([
  ['2.0.6', ['NIM_LOG_LEVEL=INFO', 'NIM_CORS_ALLOW_ORIGINS=https://nimdeck.invalid']],
  ['3.0.0', ['NIM_LOG_LEVEL=INFO', 'NIM_CORS_ALLOW_ORIGINS=https://nimdeck.invalid']],
  ['1.13.0', []],
])('the line of version %s gets what it understands', (version, expected) => {
  expect(make({}, { image: imageWith(version) }).Env).toEqual(expected);
});

test('an image without a label is told by its tag, one without either is only kept from web pages', () => {
  const tagged = make({ reference: '127.0.0.1:5000/nim/x:1.8.4-variant' }, { image: imageWith(null) });
  expect(tagged.Env).toEqual([]);
  const bare = make({ reference: '127.0.0.1:5000/nim/x' }, { image: imageWith(null) });
  expect(bare.Env).toEqual(['NIM_CORS_ALLOW_ORIGINS=https://nimdeck.invalid']);
});

test('any origin is a named choice; what the user sets wins', () => {
  expect(make({ allowAnyOrigin: true }).Env).toEqual(['NIM_LOG_LEVEL=INFO']);
  const environment = [
    { name: 'NIM_LOG_LEVEL', value: 'DEBUG' },
    { name: 'A', value: 'b=c' },
  ];
  const { Env } = make({ environment });
  expect(Env).toContain('NIM_LOG_LEVEL=DEBUG');
  expect(Env).toContain('A=b=c');
  expect(Env).not.toContain('NIM_LOG_LEVEL=INFO');
});

test('profile, port inside, group, engine’s port and image’s user', () => {
  const body = make(
    { profile: 'abc', environment: [{ name: 'NIM_HTTP_API_PORT', value: '9000' }] },
    { port: null, cache: { ...cache, user: null, group: '100' } },
  );
  expect(body.Env).toContain('NIM_MODEL_PROFILE=abc');
  expect(body.Labels['io.nimdeck.profile']).toBe('abc');
  expect(body).not.toHaveProperty('User');
  expect(body.HostConfig).toMatchObject({
    GroupAdd: ['100'],
    PortBindings: { '9000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
  });
});

test('the image’s own port is where its API listens, unless it is told another one', () => {
  const image = imageWith('1.3.0', { Env: ['NIM_HTTP_API_PORT=9000'] });
  const portsOf = (...[change]: Parameters<typeof make>) => Object.keys(make(change, { image }).ExposedPorts);
  expect(portsOf()).toEqual(['9000/tcp']);
  expect(portsOf({ environment: [{ name: 'NIM_HTTP_API_PORT', value: '9001' }] })).toEqual(['9001/tcp']);
});

test('the cache goes where the image looks for it', () => {
  expect(cacheTarget(imageWith('2.0.6'))).toBe('/opt/nim/.cache');
  expect(cacheTarget(imageWith('1.0', { Env: ['NIM_CACHE_PATH=/home/nvs/.cache/nim'] }))).toBe('/home/nvs/.cache/nim');
});

const uuid = 'GPU-12345678-1234-1234-1234-123456780000';
const slice = 'MIG-00000000-0000-0000-0000-000000000000';
const devices: GpuChoice = { kind: 'devices', ids: [uuid, slice] };

// gpu facts 5.1 and 5.3.
test.each([
  ['none', { kind: 'none' }, 'hook', []],
  ['devices by the runtime', devices, 'runtime', []],
  ['all by the hook', { kind: 'all' }, 'hook', [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }]],
  [
    'devices by the hook',
    devices,
    'hook',
    [{ Driver: '', Count: 0, DeviceIDs: [uuid, slice], Capabilities: [['gpu']], Options: {} }],
  ],
  ['all by CDI', { kind: 'all' }, 'cdi', [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }]],
  [
    'devices by CDI',
    devices,
    'cdi',
    [{ Driver: 'cdi', DeviceIDs: [`nvidia.com/gpu=${uuid}`, `nvidia.com/gpu=${slice}`] }],
  ],
  [
    'a CDI name',
    { kind: 'devices', ids: ['nvidia.com/gpu=0'] },
    'cdi',
    [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
  ],
] as const)('asks for GPUs: %s', (_what, gpus, way, expected) => {
  expect(gpuParts(gpus as GpuChoice, way).requests).toEqual(expected);
});

test('by the runtime a choice is a variable, which the user’s own does not replace', () => {
  const environment = [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }];
  const body = make({ gpus: devices, environment }, { gpuWay: 'runtime' });
  expect(body.HostConfig).toMatchObject({ DeviceRequests: [], Runtime: 'nvidia' });
  expect(body.Env.filter((entry) => entry.startsWith('NVIDIA_'))).toEqual([`NVIDIA_VISIBLE_DEVICES=${uuid},${slice}`]);
  expect(make({ gpus: { kind: 'all' } }, { gpuWay: 'runtime' }).Env).toContain('NVIDIA_VISIBLE_DEVICES=all');
});

test('without a GPU the image’s own wish for all of them is taken back, the user’s is not', () => {
  const none: Partial<DeploySpec> = { gpus: { kind: 'none' } };
  expect(make(none).Env).toContain('NVIDIA_VISIBLE_DEVICES=void');
  const environment = [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }];
  expect(make({ ...none, environment }).Env).toContain('NVIDIA_VISIBLE_DEVICES=all');
});

test('no choice by no way makes two device requests, or a request and a runtime', () => {
  const choices: GpuChoice[] = [
    { kind: 'none' },
    { kind: 'all' },
    devices,
    { kind: 'devices', ids: [uuid] },
    { kind: 'devices', ids: [slice] },
    { kind: 'devices', ids: ['0', '0:1', 'nvidia.com/gpu=1'] },
  ];
  for (const gpus of choices) {
    for (const gpuWay of ['hook', 'cdi', 'runtime'] as const) {
      const { HostConfig } = make({ gpus }, { gpuWay });
      const { DeviceRequests = [], Runtime } = HostConfig as { DeviceRequests?: unknown[]; Runtime?: string };
      const told = DeviceRequests.length + (Runtime === undefined ? 0 : 1);
      expect(told, JSON.stringify([gpus, gpuWay])).toBe(gpus.kind === 'none' ? 0 : 1);
    }
  }
});

const docker = (version: string, hasCdi: boolean, hasNvidiaRuntime: boolean) =>
  ({ kind: 'docker', version, hasCdi, hasNvidiaRuntime }) as const;
const podman = { kind: 'podman', version: '5.1.0', hasCdi: false, hasNvidiaRuntime: true } as const;

test.each([
  ['20.10 without anything', devices, docker('20.10.24', false, false), ['hook']],
  ['20.10 with the nvidia runtime', devices, docker('20.10.24', false, true), ['hook', 'runtime']],
  ['CDI and no nvidia runtime', devices, docker('26.1.5', true, false), ['cdi', 'hook']],
  ['CDI and the nvidia runtime', devices, docker('26.1.5', true, true), ['hook', 'cdi', 'runtime']],
  ['an engine that asks CDI itself', devices, docker('29.2.0', true, false), ['hook', 'cdi']],
  ['the last that does not', devices, docker('29.1.9', true, false), ['cdi', 'hook']],
  ['Podman', devices, podman, ['cdi']],
  ['a CDI name', { kind: 'devices', ids: ['nvidia.com/gpu=0'] }, docker('20.10.24', false, true), ['cdi']],
] as const)('%s: the ways to a GPU', (_what, gpus, engine, ways) => {
  const found = gpuWays(gpus as GpuChoice, engine);
  expect(found.map(({ way }) => way)).toEqual(ways);
  expect(found.every(({ reason }) => reason !== '')).toBe(true);
});

test.each([
  ['nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.6', 'llama-3.1-8b-instruct'],
  ['127.0.0.1:5000/nim/x@sha256:abc', 'x'],
  ['fakenim:base', 'fakenim'],
  ['host:5000/__odd__', 'odd__'],
])('%s is called %s', (reference, name) => {
  expect(nameFromReference(reference)).toBe(name);
});

test('a taken name gets the first free number', () => {
  expect(freeName('a', new Set())).toBe('a');
  expect(freeName('a', new Set(['a', 'a-2', 'a-4']))).toBe('a-3');
});
