import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJson } from './find-json.ts';

const values = (text: string) => [...findJson(text)].flatMap((found) => ('value' in found ? [found.value] : []));

describe('findJson', () => {
  it('finds every value of any list of values, in any spelling and with prose between', () => {
    const json = fc.oneof(fc.array(fc.json({ maxDepth: 3 })), fc.dictionary(fc.string(), fc.json({ maxDepth: 3 })));
    fc.assert(
      fc.property(
        fc.array(json),
        fc.constantFrom(0, 2),
        fc.constantFrom('\n', '\r\n', ' then ', 'web-1  | '),
        (list, indent, between) => {
          const text = list.map((value) => JSON.stringify(value, null, indent)).join(between);
          expect(values(text)).toEqual(JSON.parse(JSON.stringify(list)));
        },
      ),
    );
  });

  it('reads on after a line that was cut off, wherever the cut was', () => {
    const line = '{"status":"Downloading","progressDetail":{"current":12,"total":34},"id":"a"}';
    for (let length = 1; length < line.length; length += 1) {
      const found = values(`${line.slice(0, length)}\n{"status":"next"}\n${line}`);
      expect(found.slice(-2)).toEqual([{ status: 'next' }, JSON.parse(line)]);
    }
  });

  it('finds the items of an array that was cut off', () => {
    expect(values('[\n {"a":1},\n {"a":2},\n {"a":')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('says what broke off', () => {
    expect([...findJson('x {"a":"b')]).toEqual([{ cut: '{"a":"b' }]);
  });

  it('needs no more time than the text is long', () => {
    const started = performance.now();
    values('{"a":['.repeat(20_000));
    values('[1,'.repeat(40_000));
    values(`${'[1,'.repeat(40_000)}]`);
    values('[====>      ] 12MB/34MB\n'.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
