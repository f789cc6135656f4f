import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

// Beside the store lie whole copies of it from before a change of its form, in case the change was wrong.

const stemOf = (file: string) => `${basename(file, extname(file))}.version-`;

/** Where the copy of this version lies. */
export const backUpOf = (file: string, version: number): string =>
  join(dirname(file), `${stemOf(file)}${version}${extname(file)}`);

/** All copies of a store, the newest first. */
export function backUpsOf(file: string): string[] {
  const stem = stemOf(file);
  const versionOf = (name: string) => {
    const version = name.startsWith(stem) && extname(name) === extname(file) ? basename(name, extname(file)) : '';
    return /^\d+$/.test(version.slice(stem.length)) ? Number(version.slice(stem.length)) : null;
  };
  return readdirSync(dirname(file))
    .flatMap((name) => versionOf(name) ?? [])
    .toSorted((a, b) => b - a)
    .map((version) => backUpOf(file, version));
}
