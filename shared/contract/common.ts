import { errorCodes } from '../errors.ts';
import { z } from '../zod.ts';

/** Input or output of an operation that has none. */
export const nothing = z.strictObject({});

/** A failure as it crosses the boundary: the code leads to title and remedy in `errorCatalog`. */
export const failure = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  detail: z.record(z.string(), z.json()).optional(),
});
export type Failure = z.infer<typeof failure>;

/** ISO 8601 in UTC, milliseconds. */
export const instant = z.iso.datetime();

/** An image reference as a person types it; at most what a registry accepts (255 for the name, 128 for the tag, a digest). */
export const imageReference = z.string().trim().min(1).max(512);

export const containerId = z.string().regex(/^[0-9a-f]{12,64}$/);
export const identifier = z.string().min(1).max(128);
