import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { searchSpool, type SearchQuery } from './search.ts';
import { openSpool, type Spool } from './spool.ts';

let folder: string;
let spool: Spool;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-search-'));
  spool = await openSpool(folder, () => 1024 * 1024);
});
afterEach(async () => {
  await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (...texts: string[]) =>
  spool.append(texts.map((text) => ({ at: '2026-11-24T15:09:01.123456789Z', output: 'stdout', level: 'info', text })));
const find = (text: string, from = 0, limit = 1000) =>
  searchSpool(spool, { text, from, limit, levels: [], view: 'all' }, undefined);

describe('searchSpool', () => {
  it('finds text in any case, once a line, and not in what is beside the text', async () => {
    await add('Error: no', 'fine', 'ERROR and error', 'i 2026', 'ÄRGER');
    expect(await find('error')).toEqual({ hits: [0, 2], nextLine: null });
    expect(await find('2026-11')).toEqual({ hits: [], nextLine: null });
    expect(await find('2026')).toEqual({ hits: [3], nextLine: null });
    expect(await find('ärger')).toEqual({ hits: [4], nextLine: null });
  });

  it('takes every character as itself', async () => {
    await add('a.c', 'abc', '[(^$*+?)]\\ {x} | /-', 'x-y');
    expect((await find('a.c')).hits).toEqual([0]);
    expect((await find('[(^$*+?)]\\ {x} | /-')).hits).toEqual([2]);
    expect((await find('x-y')).hits).toEqual([3]);
  });

  it('goes on where it stopped', async () => {
    await add(...Array.from({ length: 3000 }, (_each, index) => (index % 3 === 0 ? `hit ${index}` : `no ${index}`)));
    const first = await find('hit', 0, 10);
    expect(first).toEqual({ hits: [0, 3, 6, 9, 12, 15, 18, 21, 24, 27], nextLine: 28 });
    const all: number[] = [];
    for (let from: number | null = 0; from !== null;) {
      const part = await find('hit', from, 77);
      all.push(...part.hits);
      from = part.nextLine;
    }
    expect(all).toEqual(Array.from({ length: 1000 }, (_each, index) => index * 3));
    expect(await find('hit', 2998, 10)).toEqual({ hits: [], nextLine: null });
  });

  it('looks through colours', async () => {
    await add('\u001b[1;36m(EngineCore pid=4)\u001b[0;0m INFO ready', 'plain');
    expect((await find('pid=4) info')).hits).toEqual([0]);
    expect((await find('36m')).hits).toEqual([]);
  });

  it('finds lines of a level, with or without a text, in a view', async () => {
    const at = '2026-11-24T15:09:01.123456789Z';
    await spool.append([
      { at, output: 'stdout', level: 'info', text: 'GET health', isPoll: true },
      { at, output: 'stdout', level: 'error', text: 'bad one' },
      { at, output: 'stderr', level: 'warning', text: 'bad two' },
      { at, output: 'stdout', level: 'info', text: 'GET health', isPoll: true },
      { at, output: 'stderr', level: 'error', text: '' },
    ]);
    const search = (more: Partial<SearchQuery>) =>
      searchSpool(spool, { text: '', levels: [], view: 'all', from: 0, limit: 100, ...more }, undefined);
    expect((await search({})).hits).toEqual([0, 1, 2, 3, 4]);
    expect((await search({ view: 'quiet' })).hits).toEqual([0, 1, 2]);
    expect((await search({ levels: ['error'] })).hits).toEqual([1, 4]);
    expect((await search({ levels: ['error'], view: 'quiet' })).hits).toEqual([0, 2]);
    expect((await search({ levels: ['error', 'warning'], text: 'bad' })).hits).toEqual([1, 2]);
    expect((await search({ levels: ['error'], view: 'quiet', from: 1 })).hits).toEqual([2]);
    expect((await search({ text: 'health', view: 'quiet' })).hits).toEqual([]);
    expect(await search({ view: 'quiet', limit: 1 })).toEqual({ hits: [0], nextLine: 1 });
  });

  it('does not help to guess a key', async () => {
    await add('key nvapi-AbCdEfGhIjKlMnOp here');
    expect((await find('nvapi-AbCd')).hits).toEqual([]);
    expect((await find('redacted')).hits).toEqual([]);
    expect((await find('here')).hits).toEqual([0]);
  });

  it('finds what a plain search of every line finds', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '.', '\u001b[3m', 'é'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('a', 'ab', 'é', '. ', 'aA'),
        fc.nat(20),
        async (texts, query, from) => {
          const start = spool.totals().end.all;
          await add(...texts);
          const { hits } = await find(query, start + from);
          const expected = texts.flatMap((one, index) =>
            index >= from && one.replaceAll('\u001b[3m', '').toLowerCase().includes(query.toLowerCase())
              ? [start + index]
              : [],
          );
          expect(hits).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('stops when its reader leaves', async () => {
    await add('x');
    await expect(
      searchSpool(spool, { text: 'x', from: 0, limit: 1, levels: [], view: 'all' }, AbortSignal.abort()),
    ).rejects.toThrow();
  });
});
