const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Picture {
  type: string;
  width: number | null;
  height: number | null;
}

/** A 1×1 PNG was seen to cost so many on a vision model (ngc facts 5.4). */
export const tokensOfPicture = 1613;

/** What a message holds; null for a part that nobody knows. */
export function readContent(content: unknown): { text: string; pictures: Picture[] } | null {
  if (content === null || content === undefined) return { text: '', pictures: [] };
  if (typeof content === 'string') return { text: content, pictures: [] };
  if (!Array.isArray(content)) return null;
  const texts: string[] = [];
  const pictures: Picture[] = [];
  for (const part of content) {
    if (!isRecord(part)) return null;
    if (part.type === 'text' && typeof part.text === 'string') texts.push(part.text);
    else if (part.type === 'image_url' && isRecord(part.image_url) && typeof part.image_url.url === 'string') {
      const picture = readPicture(part.image_url.url);
      if (picture === null) return null;
      pictures.push(picture);
    } else return null;
  }
  return { text: texts.join('\n'), pictures };
}

/** The type and, of PNG and JPEG, the size: enough to answer as if something had been seen. */
function readPicture(url: string): Picture | null {
  const found = /^data:(image\/[\w.+-]+);base64,([A-Za-z0-9+/=]+)$/.exec(url);
  if (found === null) return null;
  const [, type = '', text = ''] = found;
  const bytes = Buffer.from(text, 'base64');
  if (type === 'image/png' && bytes.length >= 24) {
    return { type, width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  return { type, ...jpegSize(bytes) };
}

function jpegSize(bytes: Buffer): { width: number | null; height: number | null } {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    // Start of a frame, of any kind but the tables that share the range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return { width: null, height: null };
}
