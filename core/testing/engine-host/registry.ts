import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { findFreePort } from '../free-port.ts';
import type { Layer } from './layer.ts';
import type { Slot } from './place.ts';
import { startDaemon, waitUntil } from './processes.ts';

const digestOf = (data: string): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** What a manifest says about a part of it. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/**
 * The registry's storage, written in the layout that the registry itself uses (registry/storage/paths.go of
 * distribution 2.8). Layers are hard links to the cache, so a fresh registry for each host costs nothing and what a
 * test pushes stays its own.
 */
export class RegistryStorage {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  addLayer(repository: string, layer: Layer, mediaType: string): Descriptor {
    const path = this.#blob(layer.digest);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) linkSync(layer.file, path);
    this.#link(`${repository}/_layers`, layer.digest);
    return { mediaType, digest: layer.digest, size: layer.bytes };
  }

  addConfig(repository: string, config: unknown, mediaType: string): Descriptor {
    const descriptor = this.#addJson(config, mediaType);
    this.#link(`${repository}/_layers`, descriptor.digest);
    return descriptor;
  }

  addManifest(
    repository: string,
    manifest: { schemaVersion: 2; mediaType: string; [part: string]: unknown },
  ): Descriptor {
    const descriptor = this.#addJson(manifest, manifest.mediaType);
    this.#link(`${repository}/_manifests/revisions`, descriptor.digest);
    return descriptor;
  }

  tag(repository: string, tag: string, manifest: Descriptor): void {
    this.#write(`${repository}/_manifests/tags/${tag}/current/link`, manifest.digest);
    this.#link(`${repository}/_manifests/tags/${tag}/index`, manifest.digest);
  }

  #blob(digest: string): string {
    const hex = digest.slice('sha256:'.length);
    return join(this.root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  }

  #addJson(value: unknown, mediaType: string): Descriptor {
    const text = JSON.stringify(value);
    const digest = digestOf(text);
    const path = this.#blob(digest);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  }

  #link(folder: string, digest: string): void {
    this.#write(`${folder}/${digest.replace(':', '/')}/link`, digest);
  }

  #write(path: string, text: string): void {
    const file = join(this.root, 'docker/registry/v2/repositories', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.once('error', () => resolve(false));
  void promise.finally(() => socket.destroy());
  return await promise;
}

/** Serves a storage on loopback, without any check; answers its `127.0.0.1:port`. */
export async function startRegistry(slot: Slot, storage: RegistryStorage, signal: AbortSignal): Promise<string> {
  const port = await findFreePort();
  const address = `127.0.0.1:${port}`;
  const configFile = join(slot.folder, 'registry.json');
  // YAML, of which JSON is a part.
  writeFileSync(
    configFile,
    JSON.stringify({
      version: '0.1',
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage.root } },
      // Any will do: it signs the state of uploads that go on across registries.
      http: { addr: address, secret: 'test' },
    }),
  );
  const daemon = await startDaemon('/usr/bin/docker-registry', ['serve', configFile], {
    logFile: join(slot.logFolder, 'registry.log'),
    env: {},
    signal,
  });
  await waitUntil('the registry', daemon, signal, () => listens(port));
  return address;
}
