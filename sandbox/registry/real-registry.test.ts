import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startRegistryGate, type RegistryGate } from '../../core/testing/sandbox.ts';

const program = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'docker-registry'))
  .find((file) => existsSync(file));

const key = 'nvapi-right';
const repository = 'nim/example/tiny';
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const config = Buffer.from(
  JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
);
const layer = Buffer.alloc(200_000, 'layer ');
const descriptorOf = (bytes: Buffer, mediaType: string) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptorOf(config, 'application/vnd.docker.container.image.v1+json'),
    layers: [descriptorOf(layer, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
  }),
);

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
}

describe.skipIf(program === undefined)(
  `in front of docker-registry (${program ?? 'skipped: it is not installed'})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'nimdeck-registry-'));
    let registry: ChildProcess;
    let gate: RegistryGate;
    let upstream: string;

    async function push(bytes: Buffer): Promise<void> {
      const begun = await fetch(`${upstream}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
      const location = new URL(begun.headers.get('location') ?? '', upstream);
      location.searchParams.set('digest', digestOf(bytes));
      const done = await fetch(location, { method: 'PUT', body: new Uint8Array(bytes) });
      expect(done.status).toBe(201);
    }

    beforeAll(async () => {
      const port = await freePort();
      upstream = `http://127.0.0.1:${port}`;
      const settings = {
        version: 0.1,
        log: { accesslog: { disabled: true }, level: 'error' },
        storage: { filesystem: { rootdirectory: join(folder, 'data') } },
        http: { addr: `127.0.0.1:${port}`, secret: 'of a test' },
      };
      // JSON is YAML.
      writeFileSync(join(folder, 'config.yml'), JSON.stringify(settings));
      registry = spawn(program ?? '', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
      await vi.waitFor(async () => expect((await fetch(`${upstream}/v2/`)).status).toBe(200), 10_000);
      await push(config);
      await push(layer);
      for (const tag of ['1.0.0', '1.0.1']) {
        const put = await fetch(`${upstream}/v2/${repository}/manifests/${tag}`, {
          method: 'PUT',
          headers: { 'content-type': manifestType },
          body: new Uint8Array(manifest),
        });
        expect(put.status).toBe(201);
      }
      gate = await startRegistryGate({ upstream, keys: [key], repositories: { [repository]: 'private' } });
    }, 30_000);

    afterAll(async () => {
      await gate?.stop();
      const ended = new Promise((resolve) => registry?.once('exit', resolve));
      registry?.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    });

    test('a whole pull, as an engine makes it', async () => {
      const path = `http://${gate.registry}/v2/${repository}`;
      const challenge = (await fetch(`${path}/manifests/1.0.0`)).headers.get('www-authenticate') ?? '';
      const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
      const basic = `Basic ${Buffer.from(`$oauthtoken:${key}`).toString('base64')}`;
      const asked = await fetch(realm, { headers: { authorization: basic } });
      const { token } = (await asked.json()) as { token: string };
      const headers = { authorization: `Bearer ${token}`, accept: manifestType };

      const head = await fetch(`${path}/manifests/1.0.0`, { method: 'HEAD', headers });
      expect([head.status, head.headers.get('docker-content-digest')]).toEqual([200, digestOf(manifest)]);
      expect(head.headers.get('content-length')).toBe(String(manifest.length));
      const got = await fetch(`${path}/manifests/${digestOf(manifest)}`, { headers });
      expect(got.headers.get('content-type')).toBe(manifestType);
      expect(Buffer.from(await got.arrayBuffer()).equals(manifest)).toBe(true);

      for (const bytes of [config, layer]) {
        // fetch drops the token on its way to another host, and the blob comes without it.
        const blob = await fetch(`${path}/blobs/${digestOf(bytes)}`, { headers });
        expect(blob.redirected).toBe(true);
        expect(digestOf(Buffer.from(await blob.arrayBuffer()))).toBe(digestOf(bytes));
      }
      const part = await fetch(`${path}/blobs/${digestOf(layer)}`, { headers: { ...headers, range: 'bytes=199990-' } });
      expect([part.status, await part.text()]).toEqual([206, layer.subarray(199_990).toString()]);
      expect((await fetch(`${path}/manifests/9.9.9`, { headers })).status).toBe(404);
      const blobs = (await gate.state()).seen.filter(({ kind }) => kind === 'blob-host');
      expect(blobs.map(({ authorization }) => authorization)).toEqual(['none', 'none', 'none']);
    });

    test('tags that are left out of the list still resolve', async () => {
      await gate.change({ hiddenTags: ['1.0.1'], repositories: {} });
      const asked = await fetch(`http://${gate.registry}/token?scope=repository:${repository}:pull`);
      const { token } = (await asked.json()) as { token: string };
      const headers = { authorization: `Bearer ${token}`, accept: manifestType };
      const list = await fetch(`http://${gate.registry}/v2/${repository}/tags/list`, { headers });
      expect(await list.json()).toEqual({ name: repository, tags: ['1.0.0'] });
      const hidden = await fetch(`http://${gate.registry}/v2/${repository}/manifests/1.0.1`, { headers });
      expect(hidden.status).toBe(200);
    });
  },
);
