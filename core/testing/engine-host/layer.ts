import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cacheFolder } from './place.ts';
import { tar, type TarEntry } from './tar.ts';

/** A compressed layer in the cache. */
export interface Layer {
  /** Of the file, as manifests name it: `sha256:…`. */
  digest: string;
  /** Of the archive in it, as an image's configuration names it. */
  diffId: string;
  bytes: number;
  file: string;
}

// Part of every key: raise it when the same recipe is to give other bytes.
const format = 1;

/**
 * @param recipe all that decides the content; a layer of the same recipe is taken from the cache
 * @param level of gzip: 0 for what cannot be compressed, which saves most of the time
 */
export async function makeLayer(recipe: string, level: number, entries: () => Iterable<TarEntry>): Promise<Layer> {
  const folder = join(cacheFolder, 'layers');
  const key = createHash('sha256').update(`${format} ${level} ${recipe}`).digest('hex').slice(0, 32);
  const file = join(folder, `${key}.tar.gz`);
  const note = join(folder, `${key}.json`);
  // The note is written last: where it is, the file is whole.
  if (existsSync(note)) return { ...(JSON.parse(readFileSync(note, 'utf8')) as Omit<Layer, 'file'>), file };

  mkdirSync(folder, { recursive: true });
  const partial = `${file}.${process.pid}`;
  const archive = createHash('sha256');
  const compressed = createHash('sha256');
  let bytes = 0;
  await pipeline(
    Readable.from(tar(entries())),
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        archive.update(piece);
        yield piece;
      }
    },
    createGzip({ level }),
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        compressed.update(piece);
        bytes += piece.byteLength;
        yield piece;
      }
    },
    createWriteStream(partial),
  );
  const layer = { digest: `sha256:${compressed.digest('hex')}`, diffId: `sha256:${archive.digest('hex')}`, bytes };
  renameSync(partial, file);
  writeFileSync(partial, JSON.stringify(layer));
  renameSync(partial, note);
  return { ...layer, file };
}
