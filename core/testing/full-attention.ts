import { type Attention, createAttention } from '../lib/attention.ts';

/** Somebody looks all the time. */
export function createFullAttention(): Attention {
  const attention = createAttention();
  attention.begin();
  return attention;
}
