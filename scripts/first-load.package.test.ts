import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rolldown } from 'vite';
import { bundleForNode } from './package/node-bundle.ts';
import { pages } from './fresh.mjs';
import { root } from './stages.ts';

// What a start reads and runs before it shows and answers anything: counted here, since a clock on a busy machine says
// nothing. Whoever needs more raises the number, and knows it.

const assets = join(root, 'out/renderer/assets');
const allScripts = readdirSync(assets)
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(assets, name), 'utf8'))
  .join('\n');

const chunkOf = (name: string) => readFileSync(join(root, 'out/renderer', name), 'utf8');

/** The scripts that a page runs before its first frame: the entry and what it imports, however deep. */
function eagerScripts(): Map<string, string> {
  const html = readFileSync(pages.built, 'utf8');
  const waiting = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, name = '']) => name);
  const found = new Map<string, string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const code = chunkOf(name);
    found.set(name, code);
    for (const [, imported = ''] of code.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g))
      waiting.push(`assets/${imported}`);
  }
  return found;
}

describe('the first frame of a page', () => {
  test('takes one script of 40 kB, most of it the frame itself', () => {
    const scripts = eagerScripts();
    expect(scripts.size).toBe(1);
    const bytes = [...scripts.values()].reduce((total, code) => total + code.length, 0);
    expect(bytes).toBeLessThanOrEqual(40_000);
  });

  test('needs no React and knows no contract, and asks for nothing', () => {
    const code = [...eagerScripts().values()].join('\n');
    // What React puts at an element, a field of zod's schemas, what opens a connection, and a field of what the query
    // cache keeps: all of them in a later script, so that their absence here says something.
    for (const late of ['__reactFiber', '_zod', 'new WebSocket', 'queryHash']) {
      expect(code).not.toContain(late);
      expect(allScripts).toContain(late);
    }
  });

  test('has links to every page in it, drawn by the build', () => {
    const code = [...eagerScripts().values()].join('\n');
    for (const page of ['home', 'models', 'running', 'hardware', 'chat', 'compare', 'settings'])
      expect(code.replaceAll('\\"', '"')).toContain(`href="#/${page}"`);
  });
});

describe('the browser shell until it listens', () => {
  let chunks: Map<string, Rolldown.OutputChunk>;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nimdeck-first-load-'));
    try {
      const { output } = await bundleForNode(folder, { isWritten: false });
      chunks = new Map(output.filter((part) => part.type === 'chunk').map((part) => [part.fileName, part]));
    } finally {
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    }
  }, 60_000);

  function loadedWith(entry: string): Rolldown.OutputChunk[] {
    const found = new Map<string, Rolldown.OutputChunk>();
    const waiting = [entry];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const chunk = chunks.get(name);
      if (chunk === undefined || found.has(name)) continue;
      found.set(name, chunk);
      waiting.push(...chunk.imports);
    }
    return [...found.values()];
  }

  test('loads nothing of core’s services, schemas or sockets', () => {
    const modules = loadedWith('headless.js').flatMap(({ moduleIds }) => moduleIds);
    const late = /node_modules\/(?:zod|ws|dockerode|undici|saxes)\/|core\/index\.ts|core\/store\/|shared\/contract\//;
    expect(modules.some((id) => id.endsWith('headless/main.ts'))).toBe(true);
    expect(modules.filter((id) => late.test(id))).toEqual([]);
  });

  test('and then its core, without what only a question, a check or a set of prompts needs', () => {
    const core = [...chunks.values()].find(({ moduleIds }) => moduleIds.some((id) => id.endsWith('core/index.ts')));
    const packages = (loaded: readonly Rolldown.OutputChunk[]) =>
      new Set(
        loaded.flatMap(({ moduleIds }) => moduleIds.map((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1])),
      );
    const atStart = packages(loadedWith(core?.fileName ?? ''));
    expect(atStart).toContain('zod');
    for (const late of ['undici', 'yaml', 'csv-parse', 'ajv', 'dockerode']) {
      expect(atStart).not.toContain(late);
      expect(packages([...chunks.values()])).toContain(late);
    }
  });

  test('takes at most 100 kB', () => {
    const bytes = loadedWith('headless.js').reduce((total, { code }) => total + code.length, 0);
    expect(bytes).toBeLessThanOrEqual(100_000);
  });

  test('nowhere loads Node’s own fetch by the way, as an import of node:http by name does', () => {
    const sandbox = new Set(loadedWith('sandbox-start.js').map(({ fileName }) => fileName));
    const own = [...chunks.values()].filter(({ fileName }) => !sandbox.has(fileName));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter(({ imports }) => imports.includes('node:http')).map(({ fileName }) => fileName)).toEqual([]);
  });
});
