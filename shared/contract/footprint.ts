import { request } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { failure, nothing } from './common.ts';

export const footprintKind = z.enum(['container', 'image', 'volume', 'model', 'key', 'data']);
export type FootprintKind = z.infer<typeof footprintKind>;

export const footprintItem = z.object({
  /** The same for the same thing at every reading. */
  id: z.string().min(1).max(600),
  kind: footprintKind,
  /** A NIM's name, an image's reference, a model's folder, whose key it is. */
  name: z.string(),
  /** A path, where it has one on this machine. */
  path: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  /** NIMs that need it. */
  usedBy: z.array(z.string()),
  /** `command-lines`: programs other than Nimdeck use the same; `at-end`: it goes when Nimdeck ends. */
  notes: z.array(z.enum(['command-lines', 'at-end', 'runs'])),
});
export type FootprintItem = z.infer<typeof footprintItem>;

export const footprint = {
  /** What Nimdeck has put on this machine. `isEngineKnown` false: containers, images and volumes are not in it. */
  read: request(nothing, z.object({ isEngineKnown: z.boolean(), items: z.array(footprintItem) })),
  /**
   * Removes what is named and nothing else, containers first, so that images and models are free; one failure keeps
   * none of the others from going. Data goes when Nimdeck ends.
   */
  remove: request(
    z.strictObject({ ids: z.array(z.string().min(1).max(600)).min(1).max(2000) }),
    z.array(z.object({ id: z.string(), failure: failure.nullable() })),
  ),
};
