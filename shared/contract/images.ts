import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { identifier, imageReference, instant, nothing } from './common.ts';

export const localImage = z.object({
  id: z.string(),
  /** Every reference that leads to it; empty when it has none left. */
  references: z.array(z.string()),
  sizeBytes: z.number().int(),
  createdAt: instant.nullable(),
  /** From the labels `com.nvidia.nim.*`; null when the image does not call itself a NIM. */
  nim: z
    .object({ version: z.string().nullable(), model: z.string().nullable(), type: z.string().nullable() })
    .nullable(),
});
export type LocalImage = z.infer<typeof localImage>;

export const images = {
  /** Null while the engine cannot be asked: unknown is not "none". */
  watch: stream(nothing, z.array(localImage).nullable()),
  /** One pull per reference: a second call for a reference that is being pulled answers with the same job. */
  pull: request(z.strictObject({ reference: imageReference }), z.object({ jobId: identifier })),
  remove: request(z.strictObject({ reference: imageReference }), nothing),
};
