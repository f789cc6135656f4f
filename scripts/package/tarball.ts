import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from '../../shared/zod.ts';
import { root } from '../stages.ts';
import { readManifest } from './manifest.ts';
import { bundleForNode } from './node-bundle.ts';

const packed = z.tuple([z.object({ filename: z.string() })]);

/** From the checkout to the package, as they are. */
const copied = {
  'out/renderer': 'out/renderer',
  'scripts/package/nimdeck.mjs': 'bin/nimdeck.mjs',
  'scripts/package/README.npm.md': 'README.md',
  LICENSE: 'LICENSE',
  THIRD_PARTY_NOTICES: 'THIRD_PARTY_NOTICES',
};

/**
 * The npm package: terminal and browser shell as JavaScript, since Node strips no types below node_modules. The pages
 * must have been built. Made in a folder of its own, because the checkout's package.json asks for a whole workshop.
 * @param folder where the package is laid out and packed
 * @returns the path of the `.tgz`
 */
export async function makeTarball(folder: string): Promise<string> {
  if (!existsSync(join(root, 'out/renderer/index.html'))) throw new Error('Build the pages first: npm run build.');
  const laidOut = join(folder, 'nimdeck');
  rmSync(laidOut, { recursive: true, force: true });
  mkdirSync(laidOut, { recursive: true });
  for (const [from, to] of Object.entries(copied)) cpSync(join(root, from), join(laidOut, to), { recursive: true });
  for (const table of globSync('assets/*.json', { cwd: root })) cpSync(join(root, table), join(laidOut, table));
  writeFileSync(join(laidOut, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`);
  await bundleForNode(join(laidOut, 'out/cli'));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: laidOut,
  });
  const [{ filename }] = packed.parse(JSON.parse(stdout));
  return join(folder, filename);
}

function packageJson() {
  const { name, version, description, license, homepage, author, devDependencies } = readManifest();
  const keyring = '@napi-rs/keyring';
  return {
    name,
    version,
    description,
    license,
    homepage,
    author,
    type: 'module',
    engines: { node: '>=24' },
    bin: { nimdeck: 'bin/nimdeck.mjs' },
    // Native, so it cannot be bundled; without it keys are kept in a file that only the user can read.
    optionalDependencies: { [keyring]: devDependencies[keyring] },
  };
}
