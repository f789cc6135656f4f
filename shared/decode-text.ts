export interface DecodedText {
  text: string;
  /** `windows-1252`: taken for that, since it is nothing else; whoever shows it says so. */
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
}

/** What Windows PowerShell's `>` and Notepad's “Unicode” write begins with this mark. */
export function markedEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

/**
 * The text of a file that a person chose, without a mark at its beginning. What has no mark of UTF-16 and is no UTF-8 is
 * read as Windows-1252, in which Western European Windows saves (https://encoding.spec.whatwg.org/#index-windows-1252):
 * every byte is a letter in it, so that it never fails, and may be wrong.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const marked = markedEncoding(bytes);
  if (marked !== null) return { text: new TextDecoder(marked).decode(bytes), encoding: marked };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    // A byte that UTF-8 does not have is the only failure there is.
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  }
}
