import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietPosition } from './locate.ts';
import type { LeveledLine } from './record.ts';
import { openSpool as openSpoolUnwatched, type Spool } from './spool.ts';
import { readWindow } from './window.ts';

const MiB = 1024 * 1024;
let folder: string;
/** Every one that a test opens is closed behind it: an open file that is forgotten is an error to come (DEP0137). */
const opened: Spool[] = [];
async function openSpool(...input: Parameters<typeof openSpoolUnwatched>): Promise<Spool> {
  const spool = await openSpoolUnwatched(...input);
  opened.push(spool);
  return spool;
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-spool-'));
});
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

const line = (text: string, more: Partial<LeveledLine> = {}): LeveledLine => ({
  at: null,
  output: 'stdout',
  level: 'info',
  text,
  ...more,
});
const numbered = (from: number, count: number, width = 0) =>
  Array.from({ length: count }, (_each, index) => line(`line ${from + index}${' '.repeat(width)}`));
const textsOf = async (spool: Spool, from = 0, count = 2000) =>
  (await readWindow(spool, { view: 'all', from, count }, undefined)).lines.map(({ text }) => text.trimEnd());

const poll = (number: number) => line(`INFO: "GET /v1/health/ready HTTP/1.1" 200 ${number}`, { isPoll: true });

describe('a spool', () => {
  it('gives back what was appended', async () => {
    const spool = await openSpool(folder, () => MiB);
    const at = '2026-11-24T15:09:01.123456789Z';
    await spool.append([
      line('hällo 🙂', { at }),
      line('', { output: 'stderr', level: 'error' }),
      line('\u001b[31mred\u001b[0m a\rb', { output: 'stderr', level: 'warning', at: '2026-11-24T15:09:00.000000000Z' }),
      line('- odd', { level: 'other' }),
    ]);
    expect((await readWindow(spool, { view: 'all', from: 0, count: 10 }, undefined)).lines).toEqual([
      { line: 0, at, output: 'stdout', level: 'info', text: 'hällo 🙂', length: 8 },
      { line: 1, at: null, output: 'stderr', level: 'error', text: '', length: 0 },
      {
        line: 2,
        at: '2026-11-24T15:09:00.000000000Z',
        output: 'stderr',
        level: 'warning',
        text: '\u001b[31mred\u001b[0m a\rb',
        length: 16,
      },
      { line: 3, at: null, output: 'stdout', level: 'other', text: '- odd', length: 5 },
    ]);
    expect(spool.totals()).toMatchObject({ first: { all: 0 }, end: { all: 4 }, errors: 1, warnings: 1 });
    expect(spool.lastStamp()).toBe(at);
    expect(spool.errors().first).toEqual({ line: 1, record: '- E' });
    expect(await textsOf(spool, 4)).toEqual([]);
    expect(await textsOf(spool, 400)).toEqual([]);
    await spool.close();
  });

  it('reads windows anywhere, over many segments, while it is written', async () => {
    const spool = await openSpool(folder, () => MiB);
    for (let from = 0; from < 6000; from += 500) await spool.append(numbered(from, 500, 60));
    expect(readdirSync(folder).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(2);
    for (const from of [0, 1, 1499, 2500, 5990]) {
      expect(await textsOf(spool, from, 20)).toEqual(
        Array.from({ length: Math.min(20, 6000 - from) }, (_each, index) => `line ${from + index}`),
      );
    }
    const seen: string[] = [];
    for await (const { text } of spool.records(0, 'all')) {
      if (seen.length === 0) await spool.append([line('appended meanwhile')]);
      seen.push(...text.split('\n').filter((record) => record !== ''));
    }
    expect(seen).toHaveLength(6001);
    await spool.close();
  });

  it('stays within its cap by dropping the oldest segments, and goes on counting', async () => {
    const spool = await openSpool(folder, () => MiB);
    await spool.append([line('the first error', { level: 'error' })]);
    for (let from = 1; from < 40_000; from += 500) await spool.append(numbered(from, 500, 60));
    const { first, end, bytes, errors } = spool.totals();
    const [firstLine, endLine] = [first.all, end.all];
    expect(endLine).toBe(40_001);
    expect(firstLine).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MiB);
    expect(bytes).toBeGreaterThan(MiB / 2);
    expect(readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)).toBeLessThan(
      MiB + 4096,
    );
    expect(errors).toBe(1);
    expect(spool.errors().first?.record).toBe('- ethe first error');
    expect(await textsOf(spool, 0, 2)).toEqual([`line ${firstLine}`, `line ${firstLine + 1}`]);
    await spool.close();

    const again = await openSpool(folder, () => MiB);
    expect(again.totals()).toEqual(spool.totals());
    expect(again.errors().first?.record).toBe('- ethe first error');
    await again.close();
  });

  it('goes on after it was closed and opened, over and over', async () => {
    for (let round = 0; round < 5; round += 1) {
      const spool = await openSpool(folder, () => MiB);
      expect(spool.totals().end.all).toBe(round * 3);
      await spool.append(numbered(round * 3, 3));
      if (round % 2 === 0) await spool.close();
    }
    const spool = await openSpool(folder, () => MiB);
    expect(await textsOf(spool)).toEqual(Array.from({ length: 15 }, (_each, index) => `line ${index}`));
    await spool.close();
  });

  it('cuts off a damaged end at whatever byte the write stopped, and goes on behind it', async () => {
    const made = await openSpool(folder, () => MiB);
    await made.append([line('one', { at: '2026-11-24T15:09:01.123456789Z' }), line('zwö', { level: 'error' })]);
    const file = join(folder, '000000000000.log');
    const whole = readFileSync(file);
    const firstEnd = whole.indexOf(0x0a) + 1;
    for (let size = 0; size <= whole.length; size += 1) {
      const copy = mkdtempSync(join(tmpdir(), 'nimdeck-spool-'));
      cpSync(folder, copy, { recursive: true });
      truncateSync(join(copy, '000000000000.log'), size);
      const spool = await openSpool(copy, () => MiB);
      const left = size === whole.length ? 2 : Number(size >= firstEnd);
      expect(spool.totals()).toMatchObject({ end: { all: left }, errors: left === 2 ? 1 : 0 });
      await spool.append([line('next')]);
      expect(await textsOf(spool)).toEqual([...['one', 'zwö'].slice(0, left), 'next']);
      await spool.close();
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it('cuts off blocks of zeros, which a power cut leaves', async () => {
    const made = await openSpool(folder, () => MiB);
    await made.append([line('one')]);
    const file = join(folder, '000000000000.log');
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(4096), Buffer.from('\n- iafter\n')]));
    const spool = await openSpool(folder, () => MiB);
    expect(spool.totals().end.all).toBe(1);
    await spool.append([line('two')]);
    expect(await textsOf(spool)).toEqual(['one', 'two']);
    await spool.close();
  });

  it('counts the files themselves when its own totals are lost', async () => {
    const made = await openSpool(folder, () => MiB);
    for (let from = 0; from < 6000; from += 500) await made.append(numbered(from, 500, 60));
    await made.append([line('bad', { level: 'error' })]);
    await made.close();
    writeFileSync(join(folder, 'totals.json'), '{"version":1,');
    const spool = await openSpool(folder, () => MiB);
    expect(spool.totals()).toMatchObject({ end: { all: 6001 }, errors: 1 });
    expect(await textsOf(spool, 5998)).toEqual(['line 5998', 'line 5999', 'bad']);
    await spool.close();
  });

  it('gives the records since a stamp, and no older ones', async () => {
    const stamp = (second: number) => `2026-11-24T15:09:${String(second).padStart(2, '0')}.000000000Z`;
    const spool = await openSpool(folder, () => MiB);
    for (let second = 0; second < 60; second += 1) await spool.append([line(`at ${second}`, { at: stamp(second) })]);
    expect(await spool.recordsSince(stamp(57))).toEqual([57, 58, 59].map((second) => `${stamp(second)} iat ${second}`));
    await spool.close();
  });

  it('is readable by its user only', async () => {
    const spool = await openSpool(join(folder, 'run'), () => MiB);
    await spool.append([line('x')]);
    expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'run', '000000000000.log')).mode & 0o777).toBe(0o600);
    await spool.close();
  });

  it.each([1, 2, 3])('loses nothing that it said it holds when its program is killed (round %i)', async () => {
    const program = fileURLToPath(new URL('../testing/append-forever.ts', import.meta.url));
    const child = spawn(process.execPath, [program, folder, String(2 * MiB)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let held = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      const counts = chunk.toString().trimEnd().split('\n').map(Number);
      held = Math.max(held, ...counts);
      if (held > 20_000) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const spool = await openSpool(folder, () => 2 * MiB);
    const { first, end } = spool.totals();
    const [firstLine, endLine] = [first.all, end.all];
    expect(endLine).toBeGreaterThanOrEqual(held);
    let next = firstLine;
    for await (const { text } of spool.records(0, 'all')) {
      for (const record of text.split('\n')) {
        if (record === '') continue;
        expect(record).toBe(`- iline ${next} ${'ä'.repeat(next % 90)}`);
        next += 1;
      }
    }
    expect(next).toBe(endLine);
    await spool.close();
  });
});

describe('the view without polls', () => {
  // Every third line is a poll, over several segments; the positions of the others count from 0.
  const lineAt = (number: number) => (number % 3 === 0 ? poll(number) : line(`line ${number} ${' '.repeat(60)}`));
  const quietLine = (position: number) => position + Math.floor(position / 2) + 1;
  async function filled(count: number, cap = MiB): Promise<Spool> {
    const spool = await openSpool(folder, () => cap);
    for (let from = 0; from < count; from += 500)
      await spool.append(Array.from({ length: Math.min(500, count - from) }, (_each, index) => lineAt(from + index)));
    return spool;
  }
  const quiet = async (spool: Spool, from: number, count: number) =>
    readWindow(spool, { view: 'quiet', from, count }, undefined);

  it('has the other lines at positions of its own, with their own numbers', async () => {
    const spool = await filled(9000);
    expect(readdirSync(folder).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(2);
    expect(spool.totals()).toMatchObject({ first: { all: 0, quiet: 0 }, end: { all: 9000, quiet: 6000 } });
    for (const from of [0, 1, 777, 2500, 5990]) {
      const { first, lines } = await quiet(spool, from, 20);
      expect(first).toBe(from);
      expect(lines.map((each) => each.line)).toEqual(
        Array.from({ length: Math.min(20, 6000 - from) }, (_each, index) => quietLine(from + index)),
      );
    }
  });

  it('is the same after a restart, and after the cap has dropped the oldest', async () => {
    const spool = await filled(40_001);
    const before = spool.totals();
    expect(before.first.all).toBeGreaterThan(0);
    expect(quietLine(before.first.quiet)).toBeGreaterThanOrEqual(before.first.all);
    expect(quietLine(before.first.quiet - 1)).toBeLessThan(before.first.all);
    // Not closed, as after a kill: the last segment is counted again.
    const killed = await openSpool(folder, () => MiB);
    expect(killed.totals()).toEqual(before);
    await spool.close();
    const again = await openSpool(folder, () => MiB);
    expect(again.totals()).toEqual(before);
    const from = before.end.quiet - 3;
    expect((await quiet(again, from, 5)).lines.map((each) => each.line)).toEqual(
      [0, 1, 2].map((n) => quietLine(from + n)),
    );
    const oldest = await quiet(again, 0, 1);
    expect(oldest.first).toBe(before.first.quiet);
    expect(oldest.lines[0]?.line).toBe(quietLine(before.first.quiet));
  });

  it('says where a line stands in it', async () => {
    const spool = await filled(9000);
    for (const number of [0, 1, 2, 3, 4000, 4001, 8999])
      expect(await quietPosition(spool, number, undefined)).toBe(number - Math.ceil(number / 3));
    expect(await quietPosition(spool, 99_999, undefined)).toBe(6000);
  });

  it('says so behind more than is read at once and was written at once', async () => {
    const spool = await openSpool(folder, () => 16 * MiB);
    const long = 'x'.repeat(2_000);
    await spool.append(Array.from({ length: 600 }, (_each, index) => (index % 2 === 0 ? poll(index) : line(long))));
    for (const number of [0, 301, 599]) expect(await quietPosition(spool, number, undefined)).toBe(number >> 1);
  });
});

describe('readWindow', () => {
  it('shows 8 KiB of a long line and says how long it is', async () => {
    const spool = await openSpool(folder, () => MiB);
    await spool.append([line('x-'.repeat(10_000)), line(`${'y-'.repeat(4095)}y🙂`)]);
    const lines = (await readWindow(spool, { view: 'all', from: 0, count: 10 }, undefined)).lines;
    expect(lines.map(({ text, length }) => [text.length, length])).toEqual([
      [8192, 20_000],
      [8191, 8193],
    ]);
    await spool.close();
  });

  it('shows of a long progress line what a terminal would show in the end', async () => {
    const spool = await openSpool(folder, () => MiB);
    const steps = Array.from(
      { length: 101 },
      (_each, percent) => `\rCapturing CUDA graphs: ${percent}% ${'#'.repeat(100)}`,
    );
    await spool.append([line(`${steps.join('')}\r`)]);
    const [shown] = (await readWindow(spool, { view: 'all', from: 0, count: 1 }, undefined)).lines;
    expect(shown?.text.startsWith('Capturing CUDA graphs: 100% #')).toBe(true);
    await spool.close();
  });

  it('stops at 1 MiB of text, but never before the first line', async () => {
    const spool = await openSpool(folder, () => 100 * MiB);
    await spool.append(Array.from({ length: 400 }, () => line('z-'.repeat(4096))));
    expect((await readWindow(spool, { view: 'all', from: 0, count: 2000 }, undefined)).lines).toHaveLength(128);
    await spool.close();
  });

  it('takes keys out on the way to the reader', async () => {
    const spool = await openSpool(folder, () => MiB);
    await spool.append([line('NGC_API_KEY=nvapi-AbCdEfGhIjKlMnOp is set')]);
    expect(await textsOf(spool)).toEqual(['NGC_API_KEY=[redacted] is set']);
    await spool.close();
  });
});
