import { readFile } from 'node:fs/promises';

/** A file in the form of /proc/meminfo; null where it is not (no Linux) or cannot be read. */
export async function readMemInfo(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Then nothing is known of the system's memory, and that is what is said.
    return null;
  }
}
