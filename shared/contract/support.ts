import { request } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { instant, nothing } from './common.ts';

export const supportPart = z.enum([
  'about',
  'notices',
  'checks',
  'engine',
  'gpus',
  'disks',
  'nims',
  'jobs',
  'settings',
  'own-log',
  'nim-log',
]);
export type SupportPart = z.infer<typeof supportPart>;

export const supportBundle = z.object({
  madeAt: instant,
  sections: z.array(
    z.object({
      part: supportPart,
      /** Which NIM's log; null where there is one of its kind. */
      name: z.string().nullable(),
      /** Without secrets, and with `~` for the user's home folder. What could not be read says so here. */
      text: z.string(),
    }),
  ),
});
export type SupportBundle = z.infer<typeof supportBundle>;

export const support = {
  /** What whoever helps needs to know: read now, kept nowhere, sent nowhere. */
  collect: request(nothing, supportBundle),
};
