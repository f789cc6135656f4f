import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeIcns, makeIco, type Picture } from './icon-files.ts';
import { drawnFrom, iconFolder, sourceHash } from './icons.ts';

const picture = (size: number): Picture => ({
  size,
  png: Buffer.from(`png of ${size}`),
  rgba: Buffer.alloc(size * size * 4, Buffer.from([1, 2, 3, 4])),
});

test('an .ico has bitmaps from the bottom up, and the largest as PNG', () => {
  const first = { ...picture(16), rgba: Buffer.from(picture(16).rgba) };
  first.rgba.set([9, 8, 7, 6], 0);
  const ico = makeIco([first, picture(256)]);
  expect([ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([1, 2]);
  const [smallAt, largeAt] = [ico.readUInt32LE(6 + 12), ico.readUInt32LE(22 + 12)];
  expect([ico[6], ico[22]]).toEqual([16, 0]);
  expect(ico.readUInt32LE(smallAt)).toBe(40);
  const topLeft = smallAt + 40 + 15 * 16 * 4;
  expect([...ico.subarray(topLeft, topLeft + 8)]).toEqual([7, 8, 9, 6, 3, 2, 1, 4]);
  expect(ico.subarray(largeAt).toString()).toBe('png of 256');
});

test('an .icns says its own length and holds a picture for each type', () => {
  const icns = makeIcns([picture(128), picture(256)]);
  expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  const types: string[] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) types.push(icns.toString('latin1', at, at + 4));
  expect(types).toEqual(['ic07', 'ic08', 'ic13']);
});

test('the icons that are shipped were drawn from the SVG that is there: npm run package -- icons', () => {
  expect(readFileSync(drawnFrom, 'utf8').trim()).toBe(sourceHash());
  for (const size of [16, 48, 512]) {
    const png = readFileSync(join(iconFolder, `${size}x${size}.png`));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  }
});
