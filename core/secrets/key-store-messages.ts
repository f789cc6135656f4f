import { z } from '../../shared/zod.ts';

export const keyStoreCall = z.object({
  id: z.number(),
  action: z.enum(['get', 'set', 'remove']),
  account: z.string(),
  value: z.string().nullable(),
});
export type KeyStoreCall = z.infer<typeof keyStoreCall>;

export const keyStoreReply = z.object({ id: z.number(), value: z.string().nullable(), error: z.string().nullable() });
export type KeyStoreReply = z.infer<typeof keyStoreReply>;
