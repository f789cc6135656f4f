import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestHost } from './host.ts';
import { type Layer, makeLayer } from './layer.ts';
import { projectRoot } from './place.ts';
import { runProgram } from './processes.ts';
import type { Descriptor, RegistryStorage } from './registry.ts';
import { sourcesOf } from './sources.ts';
import type { TarEntry } from './tar.ts';

export const nodeBinary = join(projectRoot, `node_modules/node-linux-${process.arch}/bin/node`);
const busybox = '/usr/bin/busybox';

const nimUser = 1000;
const mebibyte = 1024 * 1024;
/** Of the layers that stand for libraries and a server; with Node about 300 MB, so that a pull can be watched. */
const packSizes = [60, 54, 48, 42, 36];

const folder = (path: string, rest: Partial<TarEntry> = {}): TarEntry => ({
  path,
  ...rest,
  content: { kind: 'folder' },
});
const link = (path: string, target: string): TarEntry => ({ path, content: { kind: 'link', target } });
const file = (path: string, data: Uint8Array | string, rest: Partial<TarEntry> = {}): TarEntry => ({
  path,
  ...rest,
  content: { kind: 'file', data: typeof data === 'string' ? Buffer.from(data) : data },
});

/** A file of the system that does not change under us: its size and time tell it from another version. */
const versionOf = (path: string): string => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`;

async function shellLayer(): Promise<Layer> {
  const { stdout } = await runProgram(busybox, ['--list']);
  const applets = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  return await makeLayer(`shell ${versionOf(busybox)} ${applets.join(' ')}`, 6, () => [
    ...['bin', 'etc', 'opt', 'root', 'usr', 'usr/bin', 'var'].map((path) => folder(path)),
    folder('tmp', { mode: 0o1777 }),
    file('bin/busybox', readFileSync(busybox), { mode: 0o755 }),
    ...applets.map((name) => link(`bin/${name}`, 'busybox')),
    link('usr/bin/env', '/bin/busybox'),
    file('etc/passwd', `root:x:0:0:root:/root:/bin/sh\nnim:x:${nimUser}:${nimUser}:nim:/opt/nim:/bin/sh\n`),
    file('etc/group', `root:x:0:\nnim:x:${nimUser}:\n`),
  ]);
}

/** Node with the libraries that it is linked to, at the paths where it looks for them. */
async function nodeLayer(): Promise<Layer> {
  const { stdout } = await runProgram('ldd', [nodeBinary]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const recipe = [nodeBinary, ...libraries].map(versionOf).join('\n');
  return await makeLayer(`node ${recipe}`, 1, () => {
    const parents = new Set(
      libraries.flatMap((path) =>
        path
          .split('/')
          .slice(1, -1)
          .map((_, at, all) => all.slice(0, at + 1).join('/')),
      ),
    );
    return [
      ...[...parents].map((path) => folder(path)),
      file('bin/node', readFileSync(nodeBinary), { mode: 0o755 }),
      ...libraries.map((path) => file(path.slice(1), readFileSync(realpathSync(path)), { mode: 0o755 })),
    ];
  });
}

/** Bytes that no compression makes smaller, the same each time. */
async function packLayer(number: number, size: number): Promise<Layer> {
  return await makeLayer(`pack ${number} ${size}`, 0, () => {
    const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, number), Buffer.alloc(16));
    return [folder('opt/packs'), file(`opt/packs/pack-${number}.bin`, stream.update(Buffer.alloc(size * mebibyte)))];
  });
}

const program = 'sandbox/nim/main.ts';

// As in the real images, the start script is entry point and default command alike; what is no program in the image
// goes to the server.
const startScript = `#!/bin/sh
[ "\${1:-}" = /opt/nim/start_server.sh ] && shift
if [ $# -gt 0 ] && command -v "$1" >/dev/null 2>&1; then exec "$@"; fi
exec node /opt/nim/${program} "$@"
`;

const commands = ['nim-serve', 'list-model-profiles'];
const commandScript = (name: string) => `#!/bin/sh\nexec node /opt/nim/${program} ${name} "$@"\n`;

/** Last, so that a changed stand-in makes one small layer. */
async function serverLayer(): Promise<Layer> {
  const sources = sourcesOf(projectRoot, 'sandbox/nim').map((path) => ({
    path,
    data: readFileSync(join(projectRoot, path)),
  }));
  const parents = new Set(
    sources.flatMap(({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, at, all) => all.slice(0, at + 1).join('/')),
    ),
  );
  const contents = createHash('sha256').update(startScript + commands.map(commandScript).join(''));
  for (const { path, data } of sources) contents.update(`\0${path}\0`).update(data);
  return await makeLayer(`server ${contents.digest('hex')}`, 6, () => [
    ...['opt/nim', 'opt/nim/.cache', 'opt/nim/workspace'].map((path) => folder(path, { owner: nimUser })),
    file('opt/nim/package.json', '{ "type": "module" }\n'),
    file('opt/nim/start_server.sh', startScript, { mode: 0o755 }),
    folder('opt/nim/bin'),
    ...commands.map((name) => file(`opt/nim/bin/${name}`, commandScript(name), { mode: 0o755 })),
    ...[...parents].map((path) => folder(`opt/nim/${path}`)),
    ...sources.map(({ path, data }) => file(`opt/nim/${path}`, data)),
  ]);
}

const searchPath = 'PATH=/opt/nim/bin:/usr/local/bin:/usr/bin:/bin';

const smallConfig = { Env: [searchPath], Cmd: ['/bin/sh'], Labels: {} };

/** Labels, user and start as a NIM of the line 2.x has them. */
const nimConfig = {
  User: 'nim',
  // A start takes 2 seconds and a half instead of the 136 measured; a test that wants to watch it sets another speed.
  Env: [
    searchPath,
    'NIM_CACHE_PATH=/opt/nim/.cache',
    'NIMDECK_SANDBOX_MODEL=meta/llama-3.1-8b-instruct',
    'NIMDECK_SANDBOX_SPEED=55',
  ],
  ExposedPorts: { '8000/tcp': {} },
  WorkingDir: '/opt/nim',
  Entrypoint: ['/opt/nim/start_server.sh'],
  Cmd: ['/opt/nim/start_server.sh'],
  Labels: {
    'ai.vllm.image.tag': 'vllm/vllm-openai:v0.21.0-ubuntu2404',
    'com.nvidia.nim.category': 'LLM',
    'com.nvidia.nim.inference_protocol': 'http',
    'com.nvidia.nim.model': 'meta/llama-3.1-8b-instruct',
    'com.nvidia.nim.name': 'llama-3.1-8b-instruct',
    'com.nvidia.nim.type': 'llm',
    'com.nvidia.nim.version': '2.0.6',
    description: 'Stand-in for an NVIDIA NIM, for tests',
    version: '2.0.6',
  },
};

const architecture = process.arch === 'x64' ? 'amd64' : process.arch;

const imageConfig = (config: object, layers: readonly Layer[]) => ({
  created: '2026-01-01T00:00:00Z',
  architecture,
  os: 'linux',
  config,
  rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  history: layers.map(() => ({ created: '2026-01-01T00:00:00Z' })),
});

const oci = 'application/vnd.oci.image';
const docker = 'application/vnd.docker';

/** One manifest in Docker's own form, as older images have it. */
function addDockerImage(storage: RegistryStorage, name: string, config: object, layers: readonly Layer[]): void {
  const [repository = '', tag = ''] = name.split(':');
  const manifest = storage.addManifest(repository, {
    schemaVersion: 2,
    mediaType: `${docker}.distribution.manifest.v2+json`,
    config: storage.addConfig(repository, imageConfig(config, layers), `${docker}.container.image.v1+json`),
    layers: layers.map((each) => storage.addLayer(repository, each, `${docker}.image.rootfs.diff.tar.gzip`)),
  });
  storage.tag(repository, tag, manifest);
}

/**
 * An index in OCI's form as NGC has it today: a manifest for this processor, and an attestation for the platform
 * `unknown/unknown` that engines and apps must pass over.
 */
function addOciImage(storage: RegistryStorage, name: string, config: object, layers: readonly Layer[]): void {
  const [repository = '', tag = ''] = name.split(':');
  const addManifest = (image: object, parts: Descriptor[]) =>
    storage.addManifest(repository, {
      schemaVersion: 2,
      mediaType: `${oci}.manifest.v1+json`,
      config: storage.addConfig(repository, image, `${oci}.config.v1+json`),
      layers: parts,
    });
  const manifest = addManifest(
    imageConfig(config, layers),
    layers.map((each) => storage.addLayer(repository, each, `${oci}.layer.v1.tar+gzip`)),
  );
  const statement = { _type: 'https://in-toto.io/Statement/v0.1', predicateType: 'https://slsa.dev/provenance/v0.2' };
  const attestation = addManifest(
    { architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
    [storage.addConfig(repository, statement, 'application/vnd.in-toto+json')],
  );
  const index = storage.addManifest(repository, {
    schemaVersion: 2,
    mediaType: `${oci}.index.v1+json`,
    manifests: [
      { ...manifest, platform: { architecture, os: 'linux' } },
      {
        ...attestation,
        annotations: {
          'vnd.docker.reference.digest': manifest.digest,
          'vnd.docker.reference.type': 'attestation-manifest',
        },
        platform: { architecture: 'unknown', os: 'unknown' },
      },
    ],
  });
  storage.tag(repository, tag, index);
}

/** Puts the test images into a storage; makes what is not in the cache. No engine takes part. */
export async function addImages(storage: RegistryStorage): Promise<TestHost['images']> {
  const [shell, node, server, ...packs] = await Promise.all([
    shellLayer(),
    nodeLayer(),
    serverLayer(),
    ...packSizes.map((size, number) => packLayer(number, size)),
  ]);
  const nimLayers = [shell, node, ...packs, server];
  const images = {
    nim: 'nim/meta/llama-3.1-8b-instruct:2.0.6',
    nimCompressedBytes: nimLayers.reduce((total, { bytes }) => total + bytes, 0),
    small: 'test/shell:1',
  };
  addOciImage(storage, images.nim, nimConfig, nimLayers);
  addDockerImage(storage, images.small, smallConfig, [shell]);
  return images;
}

/** In MiB: with the rate of a registry gate a pull that can be interrupted, and that is unpacked in no time. */
const soakPackSizes = [2, 2, 2, 2];

export interface SoakImages {
  /** The NIM stand-in without what makes its pull long. */
  nim: string;
  /** A few small layers. */
  layers: string;
  layersCompressedBytes: number;
}

/** What a soak pulls and starts again and again. */
export async function addSoakImages(storage: RegistryStorage): Promise<SoakImages> {
  const [shell, node, server, ...packs] = await Promise.all([
    shellLayer(),
    nodeLayer(),
    serverLayer(),
    ...soakPackSizes.map((size, number) => packLayer(100 + number, size)),
  ]);
  const images = {
    nim: 'nim/soak/chat:1',
    layers: 'soak/layers:1',
    layersCompressedBytes: packs.reduce((total, { bytes }) => total + bytes, 0),
  };
  addOciImage(storage, images.nim, nimConfig, [shell, node, server]);
  addDockerImage(storage, images.layers, smallConfig, packs);
  return images;
}
