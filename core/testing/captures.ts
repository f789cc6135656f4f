import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

/** Recorded outputs of real tools; they lie beside the checkout and are not part of it. Null where they are missing. */
export function captureFolder(name: string): string | null {
  const folder = `${root}${name}/`;
  return existsSync(folder) ? folder : null;
}

export function readCapture(folder: string, file: string): string {
  return readFileSync(folder + file, 'utf8');
}
