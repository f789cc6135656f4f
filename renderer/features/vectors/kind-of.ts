import type { ChatTarget } from '../../../shared/contract/answers.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';

export const vectorKinds = ['embedding', 'rerank'] as const;
export type VectorKind = (typeof vectorKinds)[number];

/** What it is known to do of the two; null: neither, or nobody says. */
export function kindOf({ capabilities }: TargetInfo): VectorKind | null {
  if (capabilities.rerank === true) return 'rerank';
  return capabilities.embedding === true ? 'embedding' : null;
}

/** The same text for the same one to ask. */
export function keyOf(target: ChatTarget): string {
  if (target.kind === 'nim') return `nim ${target.nimId}`;
  return target.kind === 'hosted' ? `hosted ${target.model}` : `address ${target.url} ${target.model}`;
}
