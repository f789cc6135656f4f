import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readImage } from './read-image.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function file(name: string, content: Uint8Array | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

it('reads a picture by what is in it, whatever its name', async () => {
  expect(await readImage(file('photo.jpg', png))).toEqual({
    kind: 'image',
    name: 'photo.jpg',
    mediaType: 'image/png',
    sizeBytes: png.length,
    width: 1,
    height: 1,
    data: png.toString('base64'),
  });
});

it('refuses what is no picture, what is not there, and what is too large, by name', async () => {
  await expect(readImage(file('a.png', 'hello'))).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringMatching(/no PNG/) as string,
  });
  await expect(readImage('/nowhere/a.png')).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringMatching(/cannot be read/) as string,
  });
  const large = file('large.png', png);
  truncateSync(large, 6 * 1024 * 1024);
  await expect(readImage(large)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringMatching(/6\.3 MB/) as string,
  });
});
