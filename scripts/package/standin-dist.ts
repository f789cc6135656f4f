import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '../../shared/zod.ts';
import { root } from '../stages.ts';

// From @electron/fuses: what stands before the fuses in Electron's program, the version of their list, and a fuse that is on.
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseVersion = 1;
const on = '1';
const fuses = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

/** Files where Electron's own would be, enough for the builder to pack an app with them. It does not run. */
export function writeStandinDist(folder: string): void {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')));
  for (const name of ['resources', 'locales']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak', 'locales/de.pak'])
    writeFileSync(join(folder, name), `stands in for Electron’s ${name}\n`);
  writeFileSync(join(folder, 'version'), version);
  const wire = Buffer.from([fuseVersion, fuses.length]);
  const program = Buffer.concat([
    Buffer.from(`not a program\n${sentinel}`),
    wire,
    Buffer.from(on.repeat(fuses.length)),
  ]);
  writeFileSync(join(folder, 'electron'), program);
  chmodSync(join(folder, 'electron'), 0o755);
}

/** Which fuses of a program are on. */
export function readFuses(program: string): Record<(typeof fuses)[number], boolean> {
  const bytes = readFileSync(program);
  const at = bytes.indexOf(sentinel);
  if (at === -1) throw new Error(`${program} has no fuses.`);
  const first = at + sentinel.length + 2;
  const states = fuses.map((name, index) => [name, bytes.toString('latin1', first + index, first + index + 1) === on]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names
  return Object.fromEntries(states) as Record<(typeof fuses)[number], boolean>;
}
