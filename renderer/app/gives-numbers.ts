import type { ChatTargets } from '../../shared/contract/targets.ts';

/** Whether this NIM is known to embed or rank and not to talk; unknown counts as talking, as most do. */
export function givesNumbers(list: ChatTargets | undefined, nimId: string): boolean {
  const found = list?.targets.find(({ target }) => target.kind === 'nim' && target.nimId === nimId);
  if (found === undefined) return false;
  const { chat, embedding, rerank } = found.capabilities;
  return chat !== true && (embedding === true || rerank === true);
}
