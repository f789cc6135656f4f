import type { LocalImage } from '../../../shared/contract/images.ts';
import { repositoryOf } from '../../app/image-reference.ts';

/** A name by which an image of this machine is run and removed. */
export interface LocalTag {
  reference: string;
  image: LocalImage;
}

/** Of each repository all that is here: an older version stays beside a newer one, and takes as much room. */
export function tagsByRepository(images: readonly LocalImage[]): ReadonlyMap<string, readonly LocalTag[]> {
  const tags = new Map(
    images.flatMap((image) => image.references.map((reference) => [reference, { reference, image }] as const)),
  );
  return Map.groupBy(tags.values(), ({ reference }) => repositoryOf(reference));
}

/** Where the list does not have the repository; what has no name left is called by its id. */
export function tagsOutside(images: readonly LocalImage[], repositories: ReadonlySet<string>): LocalTag[] {
  return images.flatMap((image) =>
    image.references.length === 0
      ? [{ reference: image.id, image }]
      : image.references
          .filter((reference) => !repositories.has(repositoryOf(reference)))
          .map((reference) => ({ reference, image })),
  );
}
