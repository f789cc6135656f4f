import type { Attachment } from '../../../shared/contract/conversations.ts';
import { words } from '../../words.ts';

/** What is about to be sent, and what it was before it was made smaller. */
export interface DraftAttachment {
  attachment: Attachment;
  /** Null: sent as it is. */
  resizedFrom: { width: number; height: number } | null;
}

export type ReadFile = DraftAttachment | { problem: string };

/**
 * Vision models scale down what is larger (1120 × 1120 and 2048 × 1648 are two of the limits that NVIDIA names, nim facts
 * 10): more than this is bytes without sight.
 */
const longestSide = 1536;
/** Of what servers take as they are. */
const sentAsIs = new Set(['image/png', 'image/jpeg', 'image/webp']);
const mostTextBytes = 512 * 1024;
export const mostAttachments = 32;

/** Which size is sent; the shape stays. */
export function sizeToSend({ width, height }: { width: number; height: number }): { width: number; height: number } {
  const factor = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

export const isPicture = ({ attachment }: DraftAttachment): boolean => attachment.kind === 'image';

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const pieces: string[] = [];
  // In pieces: a function takes only so many arguments.
  const pieceSize = 0x8000;
  for (let at = 0; at < bytes.length; at += pieceSize)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + pieceSize)));
  return btoa(pieces.join(''));
}

async function readPicture(file: File, name: string): Promise<ReadFile> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    // The browser's own reader cannot, whatever the name says.
    return { problem: words.asking.refusals.unreadable(name) };
  }
  const from = { width: bitmap.width, height: bitmap.height };
  const to = sizeToSend(from);
  const isSame = to.width === from.width && to.height === from.height;
  let blob: Blob = file;
  let mediaType = file.type;
  if (!isSame || !sentAsIs.has(file.type)) {
    // What may be see-through stays so.
    mediaType = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/png';
    const canvas = new OffscreenCanvas(to.width, to.height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, to.width, to.height);
    blob = await canvas.convertToBlob({ type: mediaType, quality: 0.9 });
  }
  bitmap.close();
  const data = await toBase64(blob);
  return {
    attachment: { kind: 'image', name, mediaType, sizeBytes: blob.size, ...to, data },
    resizedFrom: isSame ? null : from,
  };
}

async function readTextFile(file: File, name: string): Promise<ReadFile> {
  if (file.size > mostTextBytes) return { problem: words.asking.refusals.tooLong(name) };
  let data: string;
  try {
    data = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    // Bytes that are no text.
    return { problem: words.asking.refusals.notText(name) };
  }
  if (data.includes('\0')) return { problem: words.asking.refusals.notText(name) };
  const mediaType = file.type === '' ? 'text/plain' : file.type.slice(0, 128);
  return {
    attachment: { kind: 'text', name, mediaType, sizeBytes: file.size, width: null, height: null, data },
    resizedFrom: null,
  };
}

/** A file that was chosen, dropped or pasted, as it is sent; or why it is not. */
export async function readFile(file: File): Promise<ReadFile> {
  const name = (file.name === '' ? words.asking.pasted : file.name).slice(0, 512);
  return file.type.startsWith('image/') && file.type !== 'image/svg+xml'
    ? readPicture(file, name)
    : readTextFile(file, name);
}
