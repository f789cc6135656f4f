import type Docker from 'dockerode';
import type { LocalImage } from '../../shared/contract/images.ts';
import { z } from '../../shared/zod.ts';

const texts = z.array(z.string()).nullish().catch(null);

const listedImage = z.object({
  Id: z.string(),
  RepoTags: texts,
  RepoDigests: texts,
  Size: z.number().int().min(0).catch(0),
  Created: z.number().nullish().catch(null),
  Labels: z.record(z.string(), z.string()).nullish().catch(null),
});

/** Every image of the engine's store, newest first. */
export async function listImages(docker: Docker, signal: AbortSignal): Promise<LocalImage[]> {
  const listed: unknown = await docker.listImages({ abortSignal: signal });
  const images = z.array(listedImage).parse(listed).map(toLocalImage);
  return images.toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
}

function toLocalImage(image: z.infer<typeof listedImage>): LocalImage {
  const tags = named(image.RepoTags);
  return {
    id: image.Id,
    references: tags.length > 0 ? tags : named(image.RepoDigests),
    sizeBytes: image.Size,
    createdAt: createdAt(image.Created ?? 0),
    nim: nimLabels(image.Labels ?? {}),
  };
}

/** What lost its tag is listed as `<none>:<none>`. */
function named(references: readonly string[] | null | undefined): string[] {
  return (references ?? []).filter((reference) => !reference.includes('<none>'));
}

/** Seconds since 1970; reproducible builds write 0, which is no date. */
function createdAt(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  return seconds > 0 && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

/** Labels as in ngc facts 2.3; each is optional, so one of them is enough. */
function nimLabels(labels: Readonly<Record<string, string>>): LocalImage['nim'] {
  const label = (name: string) => {
    const value = labels[`com.nvidia.nim.${name}`];
    return value === undefined || value === '' ? null : value;
  };
  const isNim = Object.keys(labels).some((name) => name.startsWith('com.nvidia.nim.'));
  if (!isNim) return null;
  return { version: label('version'), model: label('model') ?? label('name'), type: label('type') };
}
