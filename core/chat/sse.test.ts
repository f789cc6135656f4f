import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from './sse.ts';

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].toSorted((one, other) => one - other)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

async function read(text: string, cuts: readonly number[] = []): Promise<string[]> {
  const events: string[] = [];
  for await (const batch of readEvents(chunked(Buffer.from(text), cuts))) events.push(...batch);
  return events;
}

describe('readEvents', () => {
  it('reads the same however the bytes are cut, with each line end and inside each character', async () => {
    const data = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        data,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(400), { maxLength: 30 }),
        async (texts, end, cuts) => {
          const events = texts.map((text) => JSON.stringify({ text }));
          const wire = events.map((event) => `data: ${event}${end}${end}`).join('');
          const length = Buffer.byteLength(wire);
          expect(
            await read(
              wire,
              cuts.filter((cut) => cut < length),
            ),
          ).toEqual(events);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('passes over comments, other fields and an unknown one', async () => {
    expect(await read(': ping\n\nevent: message\nid: 4\nretry: 10\nwhat: ever\ndata: {"a":1}\n\n')).toEqual([
      '{"a":1}',
    ]);
  });

  it('keeps a whole last event without its blank line, and drops a cut one', async () => {
    expect(await read('data: 1\n\ndata: [DONE]')).toEqual(['1', '[DONE]']);
    expect(await read('data: 1\n\ndata: {"choices":[{"del')).toEqual(['1']);
  });

  it('replaces what is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('data: "a'), Buffer.from([0xff, 0xe4]), Buffer.from('b"\n\n')]);
    const events: string[] = [];
    for await (const batch of readEvents(chunked(bytes, [9]))) events.push(...batch);
    expect(events.map((event) => JSON.parse(event) as string)).toEqual(['a\ufffd\ufffdb']);
  });

  it('does not collect an endless event', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('data: ');
      for (;;) yield Buffer.alloc(256 * 1024, 'x');
    }
    const reading = (async () => {
      for await (const batch of readEvents(endless())) expect(batch).toEqual([]);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'REPLY_UNREADABLE' });
  });
});
