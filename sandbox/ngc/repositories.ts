import { type ImageRecipe, layersOf } from '../engine/image.ts';
import { readShippedCatalog } from './shipped-catalog.ts';

/** A repository of NGC, as the search, the detail and the registry speak of it. */
export interface Repository {
  /** `nim/meta/llama-3.1-8b-instruct`, or with two parts. */
  readonly id: string;
  readonly organisation: string;
  readonly team: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: string;
  readonly publisher: string;
  /** Newest first, aliases mixed in, as NGC lists them. */
  readonly tags: readonly string[];
  readonly latestTag: string;
  readonly updatedAt: string;
  readonly isRestrictedInEu: boolean;
  /** Null where the stand-in's registry has no image of it. */
  readonly image: ImageRecipe | null;
}

/** Every model of the catalogue that is shipped, with the images that the registry has of them. */
export function readRepositories(images: readonly ImageRecipe[]): Repository[] {
  const byPath = new Map(images.map((image) => [pathOf(image.reference), image]));
  return readShippedCatalog().map((model) => {
    const id = model.repository.replace(/^nvcr\.io\//, '');
    const [organisation = '', ...rest] = id.split('/');
    const tags = tagsOf(model.tag);
    return {
      id,
      organisation,
      team: rest.length > 1 ? (rest[0] ?? '') : '',
      name: model.name,
      title: model.title,
      description: `NVIDIA NIM for GPU accelerated ${model.title} inference through OpenAI compatible APIs`,
      kind: model.kind,
      publisher: model.publisher,
      tags,
      latestTag: tags[0] ?? 'latest',
      updatedAt: `${model.updatedOn ?? '2026-01-01'}T12:00:00.000Z`,
      isRestrictedInEu: model.isRestrictedInEu,
      image: byPath.get(id) ?? null,
    };
  });
}

/** Compressed bytes, as the catalogue's `size`; null where no image is known. */
export function compressedBytes({ image }: Repository): number | null {
  return image === null ? null : layersOf(image).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** `1.15.5`, `1.15`, `1`, `latest` (ngc facts 2.2). */
function tagsOf(newest: string | null): string[] {
  if (newest === null || newest === 'latest') return ['latest'];
  const parts = /^(\d+)\.(\d+)\.\d+$/.exec(newest);
  return parts === null ? [newest, 'latest'] : [newest, `${parts[1]}.${parts[2]}`, `${parts[1]}`, 'latest'];
}

/** Without registry and tag. */
function pathOf(reference: string): string {
  return reference.replace(/^nvcr\.io\//, '').replace(/:[^:/]+$/, '');
}
