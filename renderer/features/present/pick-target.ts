import type { ChatTarget } from '../../../shared/contract/answers.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';

/** The same text for the same one to ask. */
export function keyOf(target: ChatTarget): string {
  if (target.kind === 'nim') return `nim ${target.nimId} ${target.model ?? ''}`;
  return target.kind === 'hosted' ? `hosted ${target.model}` : `address ${target.url} ${target.model}`;
}

/** Those that can be asked now and talk. */
export function talking(targets: readonly TargetInfo[]): TargetInfo[] {
  return targets.filter(({ state, capabilities }) => state === 'ready' && capabilities.chat !== false);
}

interface Wanted {
  chosenKey: string | null;
  /** The NIM of the address. */
  nimId: string | null;
  /** Whom the conversation asked last. */
  last: ChatTarget | null;
}

/**
 * Who answers: chosen here, asked for by the address, asked before, or the first NIM of this machine. A conversation whose
 * own one is not ready gets none from elsewhere: never silently from local to hosted.
 */
export function pickTarget(targets: readonly TargetInfo[], { chosenKey, nimId, last }: Wanted): TargetInfo | null {
  const ready = talking(targets);
  const byKey = (key: string | null) => ready.find(({ target }) => keyOf(target) === key);
  const ofNim = (id: string | null) => ready.find(({ target }) => target.kind === 'nim' && target.nimId === id);
  return (
    byKey(chosenKey) ??
    ofNim(nimId) ??
    byKey(last === null ? null : keyOf(last)) ??
    ofNim(last?.kind === 'nim' ? last.nimId : null) ??
    ready.find(({ target }) => target.kind === 'nim') ??
    null
  );
}

/** The one whom all point to and who cannot answer now; null where nobody does. */
export function absentTarget(targets: readonly TargetInfo[], { chosenKey, nimId, last }: Wanted): TargetInfo | null {
  const byKey = (key: string | null) => targets.find(({ target }) => keyOf(target) === key);
  const ofNim = (id: string | null) => targets.find(({ target }) => target.kind === 'nim' && target.nimId === id);
  const ofLast = last === null ? undefined : last.kind === 'nim' ? ofNim(last.nimId) : byKey(keyOf(last));
  return byKey(chosenKey) ?? ofNim(nimId) ?? ofLast ?? null;
}
