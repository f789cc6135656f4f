import type { LocalImage } from '../../../shared/contract/images.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { repositoryOf } from '../../app/image-reference.ts';

/** A NIM keeps the reference that was typed; the engine lists Docker Hub's images without their registry, and all with a tag. */
function plain(reference: string): string {
  const short = reference.replace(/^docker\.io\/(?:library\/)?/, '');
  return repositoryOf(short) === short ? `${short}:latest` : short;
}

/**
 * The NIMs without whose removal this name of an image cannot go: the engine keeps an image that a container is made of. One
 * that has other names keeps those, so its name may go.
 */
export function neededBy({ references }: LocalImage, nims: readonly Nim[]): Nim[] {
  if (references.length > 1) return [];
  const names = new Set(references.map(plain));
  return nims.filter(({ reference }) => names.has(plain(reference)));
}
