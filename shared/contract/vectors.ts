import { request } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { chatTarget } from './answers.ts';

/** Milliseconds from the request sent to the whole reply. */
const took = { totalMs: z.number(), promptTokens: z.number().int().nullable(), model: z.string().nullable() };

/** The part of `chat` for models that give numbers instead of text. */
export const vectorOperations = {
  /** One vector of plain numbers for each text, in their order. */
  embed: request(
    z.strictObject({
      target: chatTarget,
      texts: z.array(z.string().min(1).max(200_000)).min(1).max(512),
      /** Asymmetric models want to know which (nim facts 4.4); null: not sent. */
      inputType: z.enum(['query', 'passage']).nullable(),
      /** Only models with dynamic embeddings take it; null: all they have. */
      dimensions: z.number().int().min(1).max(65_536).nullable(),
      /** `NONE`: what is too long is refused. */
      truncate: z.enum(['NONE', 'START', 'END']).nullable(),
    }),
    z.object({ vectors: z.array(z.array(z.number())), dimensions: z.number().int(), ...took }),
  ),
  /** Best first; logits are raw and may be negative (nim facts 4.4). */
  rerank: request(
    z.strictObject({
      target: chatTarget,
      query: z.string().min(1).max(200_000),
      passages: z.array(z.string().min(1).max(200_000)).min(1).max(512),
      truncate: z.enum(['NONE', 'END']).nullable(),
    }),
    z.object({ ranking: z.array(z.object({ index: z.number().int(), logit: z.number() })), ...took }),
  ),
};
