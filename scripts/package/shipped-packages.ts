import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from 'electron-vite';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';
import { z } from '../../shared/zod.ts';
import { root } from '../stages.ts';
import { bundleForNode } from './node-bundle.ts';

export interface ShippedPackage {
  name: string;
  version: string;
  /** An SPDX expression, as the package says it. */
  licence: string;
  author: string | null;
  /** Of its licence file; null when it has none. */
  text: string | null;
}

/** Not seen among a bundle's modules: Tailwind's base styles are written into ours by its plugin. */
const unseen = ['tailwindcss'];

/** Not bundled, but part of a package, or fetched with it. */
const beside = ['electron', '@napi-rs/keyring'];

/** What of other people's is in the packages, found by bundling everything as for a package, without writing it. */
export async function findShippedPackages(): Promise<ShippedPackage[]> {
  const folders = new Set([...unseen, ...beside].map((name) => join(root, 'node_modules', name)));
  const addModule = (id: string) => {
    const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id.replaceAll('\\', '/').replace('\0', ''))?.[0];
    if (folder !== undefined) folders.add(folder);
  };
  addOutput(await bundleForNode(join(root, 'out/cli'), { isWritten: false }), addModule);
  const { config } = await resolveConfig({ root, logLevel: 'warn' }, 'build');
  for (const part of [config?.main, config?.preload, config?.renderer]) {
    if (part !== undefined) addOutput(await bundleUnwritten(part, addModule), addModule);
  }
  return [...folders]
    .map((folder) => describePackage(folder))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

async function bundleUnwritten(part: InlineConfig, addModule: (id: string) => void) {
  // Styles leave no module in the output.
  const styles: Plugin = {
    name: 'styles',
    buildEnd() {
      for (const id of this.getModuleIds()) if (/\.css(?:\?|$)/.test(id)) addModule(id);
    },
  };
  const plugins = [...(part.plugins ?? []), styles];
  return await build({ ...part, configFile: false, logLevel: 'warn', plugins, build: { ...part.build, write: false } });
}

function addOutput(output: Awaited<ReturnType<typeof build>>, addModule: (id: string) => void): void {
  const outputs = (Array.isArray(output) ? output : [output]).filter((each) => 'output' in each);
  if (outputs.length === 0) throw new Error('There was nothing to bundle.');
  const chunks = outputs.flatMap((each) => each.output).filter((each) => each.type === 'chunk');
  for (const id of chunks.flatMap(modulesIn)) addModule(id);
}

/** What tree shaking has emptied is not shipped. */
function modulesIn(chunk: Rolldown.OutputChunk): string[] {
  return Object.entries(chunk.modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
}

const packageJson = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.union([z.string(), z.object({ name: z.string() })]).optional(),
});

function describePackage(folder: string): ShippedPackage {
  const about = packageJson.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const { name, version, license: licence, author } = about;
  const file = readdirSync(folder).find((entry) => /^licen[sc]e(?:[.-]|$)/i.test(entry));
  const text = file === undefined ? null : readFileSync(join(folder, file), 'utf8');
  return {
    name,
    version,
    licence,
    author: (typeof author === 'object' ? author.name : author) ?? null,
    text: text?.replaceAll('\r\n', '\n').trim() ?? null,
  };
}
