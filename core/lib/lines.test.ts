import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, longestLineBytes, type Piece, type StampPlace, toLines } from './lines.ts';

type Sent = [output: Piece['output'], bytes: Uint8Array | string];

async function read(sent: readonly Sent[], stamps: StampPlace = 'none'): Promise<Line[]> {
  async function* batches(): AsyncGenerator<Piece[]> {
    for (const [output, bytes] of sent) yield [{ output, bytes: Buffer.from(bytes), isStart: true }];
  }
  const lines: Line[] = [];
  for await (const batch of toLines(batches(), stamps)) lines.push(...batch);
  return lines;
}
const texts = (lines: readonly Line[]) => lines.map(({ text }) => text);
const stamp = (n: number) => `2026-11-24T15:09:01.${String(n).padStart(9, '0')}Z`;

describe('toLines', () => {
  it('reads the same lines however the bytes of both outputs are cut and interleaved', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((raw) => raw.replaceAll(/[\r\n]/g, ''));
    const lines = fc.array(
      text.filter((one) => one !== ''),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        lines,
        lines,
        fc.array(fc.nat(30), { maxLength: 60 }),
        fc.boolean(),
        async (out, err, sizes, isEnded) => {
          const left = {
            stdout: Buffer.from(out.map((line) => `${line}\n`).join('')),
            stderr: Buffer.from(err.join('\r\n') + (isEnded ? '\n' : '')),
          };
          const sent: Sent[] = [];
          for (const [index, size] of sizes.entries()) {
            const output = index % 2 === 0 ? 'stdout' : 'stderr';
            sent.push([output, left[output].subarray(0, size)]);
            left[output] = left[output].subarray(size);
          }
          sent.push(['stdout', left.stdout], ['stderr', left.stderr]);
          const found = await read(sent);
          expect(texts(found.filter(({ output }) => output === 'stdout'))).toEqual(out);
          expect(texts(found.filter(({ output }) => output === 'stderr'))).toEqual(err);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps empty lines and a last line without an end', async () => {
    expect(texts(await read([['stdout', 'a\n\n\nb']]))).toEqual(['a', '', '', 'b']);
  });

  it('replaces what is not UTF-8, and does not throw', async () => {
    expect(
      texts(
        await read([
          ['stdout', Buffer.from([0x61, 0xff, 0xc3])],
          ['stdout', Buffer.from([0x0a])],
        ]),
      ),
    ).toEqual(['a\ufffd\ufffd']);
  });

  it('keeps progress that is drawn with carriage returns as one line, and its colours', async () => {
    const bar = '\u001b[32m0%\u001b[0m\r50%\r100%';
    expect(texts(await read([['stderr', `${bar}\n`]]))).toEqual([bar]);
  });

  it('makes several lines of a huge one, without losing or splitting a character', async () => {
    const line = 'ä€🙂'.repeat(400_000);
    const bytes = Buffer.from(`${line}\nnext\n`);
    const sent = Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_each, index): Sent => [
      'stdout',
      bytes.subarray(index * 16_384, (index + 1) * 16_384),
    ]);
    const found = texts(await read(sent));
    expect(found.slice(0, -1).join('')).toBe(line);
    expect(found.at(-1)).toBe('next');
    expect(Math.max(...found.map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(longestLineBytes);
  });
});

describe('the engine’s stamps', () => {
  it('are taken off each frame, of a long line, too, which comes in frames of 16 KiB', async () => {
    const found = await read(
      [
        ['stdout', `${stamp(1)} ${'a'.repeat(16_384)}`],
        ['stderr', `${stamp(2)} between\n`],
        ['stdout', `${stamp(1)} ${'b'.repeat(16_384)}`],
        ['stdout', `${stamp(1)} the end\n`],
        ['stdout', `${stamp(3)} \n`],
      ],
      'frame',
    );
    expect(found).toEqual([
      { output: 'stderr', at: stamp(2), text: 'between' },
      { output: 'stdout', at: stamp(1), text: `${'a'.repeat(16_384)}${'b'.repeat(16_384)}the end` },
      { output: 'stdout', at: stamp(3), text: '' },
    ]);
  });

  it('are brought into one form where the engine writes another', async () => {
    const found = await read([['stdout', '2026-11-24T16:09:01.5+01:00 hello\n']], 'frame');
    expect(found).toEqual([{ output: 'stdout', at: '2026-11-24T15:09:01.500000000Z', text: 'hello' }]);
  });

  it('of which there are none leave the line whole', async () => {
    expect(await read([['stdout', 'no stamp here at all, just words\n']], 'frame')).toEqual([
      { output: 'stdout', at: null, text: 'no stamp here at all, just words' },
    ]);
  });

  it('are found without frames, however the bytes are cut', async () => {
    const long = 'x'.repeat(40_000);
    const parts = [long.slice(0, 16_384), long.slice(16_384, 32_768), long.slice(32_768)];
    const wire = Buffer.from(
      `${stamp(1)} hällo\r\n${parts.map((part) => `${stamp(2)} ${part}`).join('')}\r\n${stamp(3)} \r\n${stamp(4)} bye`,
    );
    const expected = [
      { output: 'stdout', at: stamp(1), text: 'hällo' },
      { output: 'stdout', at: stamp(2), text: long },
      { output: 'stdout', at: stamp(3), text: '' },
      { output: 'stdout', at: stamp(4), text: 'bye' },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(wire.length), { maxLength: 60 }), async (cuts) => {
        const ends = [...cuts, wire.length].toSorted((one, other) => one - other);
        const sent = ends.map((end, index): Sent => ['stdout', wire.subarray(ends[index - 1] ?? 0, end)]);
        expect(await read(sent, 'line')).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
