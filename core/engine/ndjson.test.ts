import * as fc from 'fast-check';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parsePullLine, type PullLine, readNdjson } from './ndjson.ts';

const never = new AbortController().signal;

async function linesOf(chunks: (string | Uint8Array)[]): Promise<PullLine[]> {
  const lines: PullLine[] = [];
  for await (const line of readNdjson(Readable.from(chunks, { objectMode: true }), never)) lines.push(line);
  return lines;
}

describe('readNdjson', () => {
  it('gives the same lines however the bytes are cut', async () => {
    const text = [
      '{"status":"Größe ✓ 模型","id":"a"}',
      '',
      '{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"b"}',
      '',
    ].join('\r\n');
    const bytes = Buffer.from(text);
    const whole = await linesOf([bytes]);
    expect(whole.map(({ status, current, total }) => ({ status, current, total }))).toEqual([
      { status: 'Größe ✓ 模型', current: null, total: null },
      { status: 'Downloading', current: 1, total: 2 },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(await linesOf(chunks.filter((chunk) => chunk.length > 0))).toEqual(whole);
      }),
    );
  });

  it('keeps a last line without an end, and says which one was cut off', async () => {
    expect((await linesOf(['{"status":"Status: done"}']))[0]?.status).toBe('Status: done');
    expect((await linesOf(['{"status":"a"}\n{"status":"Sta']))[1]).toMatchObject({
      unreadable: '{"status":"Sta',
      status: null,
    });
  });

  it.each([
    ['both fields', '{"errorDetail":{"message":"no space left on device"},"error":"x"}'],
    ['errorDetail alone', '{"errorDetail":{"code":500,"message":"write: no space left on device"}}'],
    ['error alone', '{"error":"no space left on device"}'],
    [
      'an error line that was cut off',
      '{"errorDetail":{"message":"write /x: no space left on dev'.replace('dev', 'device'),
    ],
  ])('throws what the engine reports as its failure: %s', async (_name, line) => {
    const seen: PullLine[] = [];
    const reading = (async () => {
      for await (const each of readNdjson(Readable.from([`{"status":"a"}\n${line}\n`]), never)) seen.push(each);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('no space') });
    expect(seen).toHaveLength(1);
  });

  it('takes unknown sizes for unknown, and a left-out current for none yet', () => {
    const progress = (progressDetail: unknown) => {
      const { current, total } = parsePullLine(JSON.stringify({ status: 'Downloading', progressDetail }));
      return [current, total];
    };
    expect(progress({ current: 5, total: -1 })).toEqual([5, null]);
    expect(progress({ total: 7 })).toEqual([0, 7]);
    expect(progress({})).toEqual([null, null]);
    expect(progress('gone')).toEqual([null, null]);
    expect(progress({ current: 1.5, total: 1e300 })).toEqual([null, null]);
  });

  it('closes the stream when the loop is left', async () => {
    const stream = new PassThrough();
    stream.write('{"status":"a"}\n{"status":"b"}\n');
    for await (const line of readNdjson(stream, never)) {
      expect(line.status).toBe('a');
      break;
    }
    expect(stream.destroyed).toBe(true);
  });

  it('ends a waiting reader as cancelled when the signal aborts, whatever error the abort makes', async () => {
    const stream = new PassThrough();
    stream.write('{"status":"a"}\n');
    const abort = new AbortController();
    const reader = readNdjson(stream, abort.signal);
    await reader.next();
    const waiting = reader.next();
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stream.destroyed).toBe(true);
  });

  it('reads nothing when the signal was aborted before', async () => {
    const stream = new PassThrough();
    await expect(readNdjson(stream, AbortSignal.abort()).next()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stream.destroyed).toBe(true);
  });

  it('calls a broken connection a lost engine', async () => {
    const stream = new PassThrough();
    const reading = readNdjson(stream, never).next();
    stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    await expect(reading).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  });

  it('does not keep a line without end', async () => {
    const chunk = 'x'.repeat(500_000);
    const lines = await linesOf([...Array.from({ length: 20 }, () => chunk), '\n{"status":"after"}\n']);
    expect(lines.at(-1)?.status).toBe('after');
    expect((lines[0]?.unreadable ?? '').length).toBeLessThanOrEqual(1_048_577);
  });
});
