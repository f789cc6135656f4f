// Archives in the ustar format (POSIX.1-1988), as image layers are. An own writer of what layers need, because the
// same content must give the same bytes on every machine: no times, no names of users, order as given.

export interface TarEntry {
  /** Without a leading slash. */
  path: string;
  mode?: number;
  /** User and group; root unless told. */
  owner?: number;
  content: { kind: 'file'; data: Uint8Array } | { kind: 'folder' } | { kind: 'link'; target: string };
}

const blockBytes = 512;
const typeFlags = { file: '0', link: '2', folder: '5' };

function header(entry: TarEntry): Buffer {
  const { content, owner = 0 } = entry;
  if (Buffer.byteLength(entry.path) > 100) throw new Error(`path too long for an archive: ${entry.path}`);
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number) => block.write(value.toString(8).padStart(digits, '0'), at);
  block.write(content.kind === 'folder' ? `${entry.path}/` : entry.path, 0);
  octal(entry.mode ?? (content.kind === 'folder' ? 0o755 : content.kind === 'link' ? 0o777 : 0o644), 100, 7);
  octal(owner, 108, 7);
  octal(owner, 116, 7);
  octal(content.kind === 'file' ? content.data.byteLength : 0, 124, 11);
  octal(0, 136, 11);
  block.write('        ', 148);
  block.write(typeFlags[content.kind], 156);
  if (content.kind === 'link') block.write(content.target, 157);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** The archive in pieces, so that a large file is not copied. */
export function* tar(entries: Iterable<TarEntry>): Generator<Uint8Array> {
  for (const entry of entries) {
    yield header(entry);
    if (entry.content.kind !== 'file') continue;
    yield entry.content.data;
    const rest = entry.content.data.byteLength % blockBytes;
    if (rest > 0) yield Buffer.alloc(blockBytes - rest);
  }
  yield Buffer.alloc(2 * blockBytes);
}
