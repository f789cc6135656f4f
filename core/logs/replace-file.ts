import { open, rename } from 'node:fs/promises';

/** The old content or the new one, never half of it. Readable by this user only. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}
