import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Piece } from '../lib/lines.ts';
import { demux } from './demux.ts';

export function frame(output: 1 | 2 | 3, body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body);
  const header = Buffer.from([output, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

export async function* cutAt(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].toSorted((one, other) => one - other)) {
    yield bytes.subarray(from, cut);
    from = Math.max(from, cut);
  }
  yield bytes.subarray(from);
}

async function pieces(stream: AsyncIterable<Uint8Array>, isTty = false): Promise<Piece[]> {
  const found: Piece[] = [];
  for await (const batch of demux(stream, isTty)) found.push(...batch);
  return found;
}
const joined = (found: readonly Piece[], output: Piece['output']) =>
  Buffer.concat(found.filter((piece) => piece.output === output).map(({ bytes }) => bytes)).toString('latin1');

describe('demux', () => {
  it('gives each output its bytes and each frame its begin, however the stream is cut', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(600), { maxLength: 40 }), async (sent, cuts) => {
        const wire = Buffer.concat(sent.map(([output, body]) => frame(output, body)));
        const found = await pieces(
          cutAt(
            wire,
            cuts.filter((cut) => cut < wire.length),
          ),
        );
        const nonEmpty = sent.filter(([, body]) => body.length > 0);
        expect(found).toEqual(
          nonEmpty.map(([output, body]) => ({
            output: output === 1 ? 'stdout' : 'stderr',
            bytes: Buffer.from(body),
            isStart: true,
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('hands a huge frame on in parts, so that it is never held as a whole', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024, 'x');
    const wire = Buffer.concat([frame(1, 'a\n'), frame(2, body), frame(1, 'b\n')]);
    const cuts = Array.from({ length: wire.length / 65_536 }, (_each, index) => (index + 1) * 65_536);
    const found = await pieces(cutAt(wire, cuts));
    expect(Math.max(...found.map(({ bytes }) => bytes.length))).toBeLessThan(200 * 1024);
    expect(found.filter(({ isStart }) => isStart)).toHaveLength(3);
    expect(joined(found, 'stderr')).toBe(body.toString('latin1'));
    expect(joined(found, 'stdout')).toBe('a\nb\n');
  });

  it('passes a terminal’s bytes through', async () => {
    const found = await pieces(cutAt(Buffer.from('\u0001\0\0\0hello\r\n'), [3]), true);
    expect(joined(found, 'stdout')).toBe('\u0001\0\0\0hello\r\n');
    expect(found.every(({ isStart }) => !isStart)).toBe(true);
  });

  it.each([[[]], [[2]], [[3, 9]]])(
    'does not lose a stream that has no frames though it should (cut at %j)',
    async (cuts) => {
      expect(joined(await pieces(cutAt(Buffer.from('plain text\n'), cuts)), 'stdout')).toBe('plain text\n');
    },
  );

  it('keeps what arrived of a frame that was cut off', async () => {
    const wire = frame(2, 'the last words').subarray(0, 16);
    expect(joined(await pieces(cutAt(wire, [])), 'stderr')).toBe('the last');
  });

  it('throws the engine’s own error, and on damage', async () => {
    await expect(
      pieces(cutAt(Buffer.concat([frame(1, 'a\n'), frame(3, 'Error grabbing logs: x\n')]), [12])),
    ).rejects.toThrow('Error grabbing logs: x');
    await expect(pieces(cutAt(Buffer.concat([frame(1, 'a\n'), Buffer.from('garbage!!')]), []))).rejects.toThrow(
      'damaged',
    );
  });
});
