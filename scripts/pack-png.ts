import { crc32, deflateSync, inflateSync } from 'node:zlib';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

interface Rows {
  /** Each begins with the number of its filter, which is 0 for none. */
  rows: Buffer;
  width: number;
  height: number;
  bytesAPixel: number;
}

/** The rows of a picture, without their filters. Takes 8 bits a channel, without interlacing. */
function readRows(png: Buffer): Rows {
  const [width, height, isRgba] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6];
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const rows = inflateSync(Buffer.concat(parts));
  const step = isRgba ? 4 : 3;
  const line = width * step + 1;
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * line] ?? 0;
    rows[y * line] = 0;
    for (let x = 1; x < line; x += 1) {
      const at = y * line + x;
      const left = x > step ? (rows[at - step] ?? 0) : 0;
      const up = y > 0 ? (rows[at - line] ?? 0) : 0;
      const corner = x > step && y > 0 ? (rows[at - line - step] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      rows[at] = ((rows[at] ?? 0) + guess) & 255;
    }
  }
  return { rows, width, height, bytesAPixel: step };
}

/** The pixels of a picture, row by row from the top. */
export function readPixels(png: Buffer): Buffer {
  const { rows, width, height, bytesAPixel } = readRows(png);
  const line = width * bytesAPixel + 1;
  return Buffer.concat(Array.from({ length: height }, (_, y) => rows.subarray(y * line + 1, (y + 1) * line)));
}

/**
 * A screenshot in fewer bytes: Chromium filters each row, which helps photographs; areas of one colour with letters in
 * between are repeated bytes already (PNG specification, 9.2 and 12.7).
 */
export function packPng(png: Buffer): Buffer {
  const { rows } = readRows(png);
  const pixels = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([png.subarray(0, 33), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}
