import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';

/** The same text for the same target, whichever object says it. */
export function targetKey(target: ChatTarget): string {
  if (target.kind === 'nim') return `nim ${target.nimId} ${target.model ?? ''}`;
  return target.kind === 'hosted' ? `hosted ${target.model}` : `address ${target.url} ${target.model}`;
}

/** An adapter of a NIM has no entry of its own: the NIM's stands for it. */
export function findTarget(targets: readonly TargetInfo[], wanted: ChatTarget): TargetInfo | null {
  const isWanted = ({ target }: TargetInfo) =>
    wanted.kind === 'nim'
      ? target.kind === 'nim' && target.nimId === wanted.nimId
      : targetKey(target) === targetKey(wanted);
  const found = targets.find(isWanted);
  return found === undefined ? null : { ...found, target: wanted };
}

/** Whether it may be chosen: an embedder refuses every question, in words that are about something else. */
export function canAnswer({ state, capabilities }: TargetInfo): boolean {
  return state !== 'retired' && capabilities.chat !== false;
}

export interface Picked {
  /** Null: nobody. */
  info: TargetInfo | null;
  /** Whom the chat wants and who is not there; then nobody else is taken in its place. */
  goneName: string | null;
}

const nobody: Picked = { info: null, goneName: null };

/**
 * Whom a chat asks: chosen here, asked for by the address, its own, or, in a chat that has none, the first NIM of this
 * machine that is ready. A NIM that was made anew under its name is taken for the old one; anything else would be a
 * change that nobody asked for.
 */
export function pickTarget(
  targets: readonly TargetInfo[],
  wanted: {
    chosen: ChatTarget | undefined;
    addressId: string | null;
    last: ChatTarget | null;
    lastName: string | null;
  },
): Picked {
  const asked = wanted.addressId === null ? undefined : ({ kind: 'nim', nimId: wanted.addressId } as const);
  for (const target of [wanted.chosen, asked, wanted.last ?? undefined]) {
    const info = target === undefined ? null : findTarget(targets, target);
    if (info !== null) return { info, goneName: null };
  }
  const isOfNim = wanted.last === null || wanted.last.kind === 'nim';
  const named = targets.find(({ target, name }) => isOfNim && target.kind === 'nim' && name === wanted.lastName);
  if (named !== undefined) return { info: named, goneName: null };
  if (wanted.last !== null) return { info: null, goneName: nameOf(wanted.last, wanted.lastName) };
  const local = targets.filter(({ target, state }) => target.kind === 'nim' && state === 'ready');
  const first = local.find(({ capabilities }) => capabilities.chat !== false);
  return first === undefined ? nobody : { info: first, goneName: null };
}

function nameOf(target: ChatTarget, lastName: string | null): string {
  if (target.kind === 'nim') return lastName ?? '';
  return target.model;
}

/** Where what is written goes, if not to this machine. */
export function hostOf(target: ChatTarget): string | null {
  if (target.kind !== 'address') return null;
  return URL.canParse(target.url) ? new URL(target.url).host : target.url;
}
