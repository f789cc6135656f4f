import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Attachment } from '../shared/contract/conversations.ts';
import { AppError } from '../shared/errors.ts';

/** With base64's third it still fits a frame on the way up (shared/rpc/wire.ts). */
const largestBytes = 5 * 1024 * 1024;

/** By its first bytes: what a name says need not be so. */
const kinds: readonly (readonly [string, (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/gif', (bytes) => bytes.subarray(0, 4).toString('latin1') === 'GIF8'],
  [
    'image/webp',
    (bytes) =>
      bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP',
  ],
];

/** A picture to go with a question; it is sent as it is. */
export async function readImage(file: string): Promise<Attachment> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > largestBytes)
      throw new AppError('BAD_INPUT', `${file} has ${(size / 1e6).toFixed(1)} MB; at most 5 MiB can be sent.`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('BAD_INPUT', `${file} cannot be read.`, {}, { cause: error });
  }
  const mediaType = kinds.find(([, fits]) => fits(bytes))?.[0];
  if (mediaType === undefined) throw new AppError('BAD_INPUT', `${file} is no PNG, JPEG, GIF or WebP picture.`);
  const isPng = mediaType === 'image/png' && bytes.length >= 24;
  return {
    kind: 'image',
    name: basename(file),
    mediaType,
    sizeBytes: bytes.length,
    width: isPng ? bytes.readUInt32BE(16) : null,
    height: isPng ? bytes.readUInt32BE(20) : null,
    data: bytes.toString('base64'),
  };
}
