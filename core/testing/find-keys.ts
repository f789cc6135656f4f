import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every way in which a key may lie somewhere: as it is, in an address, in JSON once and twice, and inside base64 of more. */
export function spellings(key: string): Map<string, string> {
  const json = JSON.stringify(key).slice(1, -1);
  const all: [string, string][] = [
    ['raw', key],
    ['in an address', encodeURIComponent(key)],
    ['in JSON', json],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['hex', Buffer.from(key).toString('hex')],
  ];
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(key)]);
    // Only the groups of three that the key alone decides.
    const inner = whole.subarray(before === 0 ? 0 : 3, whole.length - (whole.length % 3)).toString('base64');
    all.push([`base64, ${before} before`, inner]);
    all.push([`base64url, ${before} before`, inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  return new Map(all);
}

/** Where in these texts any of the keys is, and how it is spelled there. */
export function findKeys(texts: ReadonlyMap<string, string>, keys: readonly string[]): string[] {
  const wanted = keys.flatMap((key) => [...spellings(key)]);
  return [...texts].flatMap(([place, text]) =>
    wanted.filter(([, spelled]) => text.includes(spelled)).map(([how]) => `${place}: ${how}`),
  );
}

/** Every file of a folder, whatever is in it, byte by byte as text. */
export function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => [file.name, readFileSync(join(file.parentPath, file.name)).toString('latin1')] as const),
  );
}
