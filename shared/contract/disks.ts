import { stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { nothing } from './common.ts';

/** Where images or models are kept. */
export const disk = z.object({
  use: z.enum(['images', 'models']),
  folder: z.string(),
  /** That this user may fill. */
  freeBytes: z.number().int().min(0),
  totalBytes: z.number().int().min(0),
});
export type Disk = z.infer<typeof disk>;

export const disks = {
  /** Read every 30 s while somebody watches. Only what can be seen from here: not inside a virtual machine, nor far away. */
  watch: stream(nothing, z.array(disk)),
};
