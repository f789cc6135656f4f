import type { FitReason, FitVerdict } from '../../shared/contract/fit.ts';
import { canCompute } from './capability.ts';
import { hasContext, leastContextTokens, type ModelFacts, type Need, needOf, type Way } from './need.ts';
import { type Place, usableMiB } from './places.ts';
import { isNamedGpu } from './profile-target.ts';

export interface Judgement {
  verdict: FitVerdict;
  reason: FitReason | null;
  need: Need | null;
  way: Way | null;
  /** The devices it would use: of the chosen ones, those with the most room. */
  devices: Place[];
  longestContextTokens: number | null;
}

export interface Question {
  facts: ModelFacts;
  /** Null: the model's longest context. */
  contextTokens: number | null;
  /** Where a NIM of ours gives its memory back first, by place id. */
  givenBack?: ReadonlyMap<string, number>;
  /** As if nobody held anything. */
  isEmpty?: boolean;
}

const order: Readonly<Record<FitVerdict, number>> = { fits: 0, tight: 1, unknown: 2, 'does-not-fit': 3 };

export const isBetter = (a: Pick<Judgement, 'verdict'>, b: Pick<Judgement, 'verdict'>): boolean =>
  order[a.verdict] < order[b.verdict];

/** Held on a place by others. */
export function takenOf(place: Place, { givenBack, isEmpty }: Pick<Question, 'givenBack' | 'isEmpty'>): number | null {
  if (isEmpty === true) return 0;
  if (place.takenMiB === null) return null;
  return Math.max(0, place.takenMiB - (givenBack?.get(place.id ?? place.number) ?? 0));
}

/** Whether a model fits the chosen devices in this way, and what decides. */
export function judge(way: Way, chosen: readonly Place[], question: Question): Judgement {
  const no = (reason: FitReason, devices: readonly Place[] = chosen): Judgement => ({
    verdict: 'does-not-fit',
    reason,
    need,
    way,
    devices: [...devices],
    longestContextTokens: null,
  });
  const need = needOf(question.facts, way, question.contextTokens);
  const computing = chosen.filter(({ isSliced }) => !isSliced);
  if (way.gpus > 1 && computing.some(({ memory }) => memory === 'slice')) return no('slices-cannot-share', computing);
  // Of several slices a process sees the first only (gpu facts 3.2).
  const slice = computing.find(({ memory }) => memory === 'slice');
  const usable = slice === undefined ? computing : [slice];
  if (chosen.length === 0) return no('no-gpu-chosen');
  if (usable.length === 0) return no('gpu-is-sliced');
  const suited = usable.filter((place) => isSuited(way, place));
  if (suited.length === 0) return no('gpu-not-suited', usable);
  if (suited.length < way.gpus) return no('too-few-gpus', suited);

  const room = (place: Place) => usableMiB(place, takenOf(place, question), hasContext(question.facts.kind));
  const groups = Map.groupBy(suited, ({ kind }) => kind);
  const equal = [...groups.values()].filter(({ length }) => length >= way.gpus);
  if (equal.length === 0) return no('gpus-differ', suited);
  // Of each kind those with the most room; of the kinds the one that has most where it has least.
  const devices = equal
    .map((group) => group.toSorted((a, b) => (room(b) ?? -1) - (room(a) ?? -1)).slice(0, way.gpus))
    .reduce((best, each) => (leastRoom(each, room) > leastRoom(best, room) ? each : best));

  const answer = { need, way, devices, longestContextTokens: null };
  if (need === null) return { ...answer, verdict: 'unknown', reason: 'need-unknown' };
  return { ...answer, ...compare(need, devices, question) };
}

const leastRoom = (devices: readonly Place[], room: (place: Place) => number | null) =>
  Math.min(...devices.map((place) => room(place) ?? -1));

function isSuited(way: Way, place: Place): boolean {
  if (way.gpuWord !== null && place.cardName !== null && !isNamedGpu(way.gpuWord, place.cardName)) return false;
  return canCompute(way.precision, place.computeCapability) !== false;
}

function compare(
  need: Need,
  devices: readonly Place[],
  question: Question,
): Pick<Judgement, 'verdict' | 'reason' | 'longestContextTokens'> {
  const keepsShare = hasContext(question.facts.kind);
  const least = (of: (place: Place) => number | null): number | null => {
    const all = devices.map(of);
    return all.some((each) => each === null) ? null : Math.min(...all.map((each) => each ?? 0));
  };
  const empty = least((place) => usableMiB(place, 0, keepsShare));
  const usable = least((place) => usableMiB(place, takenOf(place, question), keepsShare));
  const free = least((place) => usableMiB(place, takenOf(place, question), false));
  const none = { longestContextTokens: null };
  if (empty !== null && empty < need.leastMiB) return { ...none, verdict: 'does-not-fit', reason: 'too-large' };
  if (empty === null || usable === null || free === null) {
    return { ...none, verdict: 'unknown', reason: 'gpu-memory-unknown' };
  }
  const longest = { longestContextTokens: longestContext(need, usable, question.facts.contextTokens) };
  if (need.totalMiB <= usable) return { ...longest, verdict: 'fits', reason: null };
  const shorter = need.leastMiB <= usable && need.perTokenMiB !== null;
  // A context that somebody chose is not ours to shorten.
  if (shorter && question.contextTokens === null) return { ...longest, verdict: 'tight', reason: 'short-context' };
  if (need.totalMiB <= free && devices.every(({ memory }) => memory !== 'system')) {
    return { ...longest, verdict: 'tight', reason: 'little-spare' };
  }
  if (need.totalMiB <= empty) return { ...longest, verdict: 'does-not-fit', reason: 'taken' };
  const onlyContext = need.perTokenMiB !== null && need.leastMiB <= (shorter ? usable : empty);
  return { ...longest, verdict: 'does-not-fit', reason: onlyContext ? reasonOfShorter(shorter) : 'too-large' };
}

/** With a shorter context it fits: now, or once others have given back what they hold. */
const reasonOfShorter = (fitsNow: boolean): FitReason => (fitsNow ? 'short-context' : 'taken');

/** In steps that people choose from; null: none of use fits, or the context makes no difference. */
function longestContext(need: Need, usable: number, most: number | null): number | null {
  const { perTokenMiB, contextTokens, totalMiB } = need;
  if (perTokenMiB === null || contextTokens === null || perTokenMiB <= 0) return null;
  const fixed = totalMiB - perTokenMiB * contextTokens;
  const step = 256;
  const fits = Math.floor((usable - fixed) / perTokenMiB / step) * step;
  const longest = most === null ? fits : Math.min(fits, most);
  return longest >= Math.min(leastContextTokens, contextTokens) ? longest : null;
}

/**
 * The best of several ways on these devices; of equals the one with fewest GPUs, then fewest bits, as NIM prefers them. Null:
 * there is no way.
 */
export function judgeBest(ways: readonly Way[], chosen: readonly Place[], question: Question): Judgement | null {
  let best: Judgement | null = null;
  for (const way of ways) {
    const each = judge(way, chosen, question);
    if (best === null || isBetter(each, best) || (!isBetter(best, each) && isNearer(each, best))) best = each;
  }
  return best;
}

/** Of two that are alike, the one a person can do more with. */
function isNearer(a: Judgement, b: Judgement): boolean {
  if (a.verdict === 'does-not-fit') {
    const distance = ({ reason }: Judgement) =>
      reason === 'taken' || reason === 'short-context' ? 0 : reason === 'too-large' ? 1 : 2;
    if (distance(a) !== distance(b)) return distance(a) < distance(b);
    // What is too large in every way is nearest where it is spread most.
    if (a.reason === 'too-large') return (a.need?.totalMiB ?? 0) < (b.need?.totalMiB ?? 0);
  }
  if (a.reason !== b.reason && a.verdict === 'tight') return a.reason === 'little-spare';
  if (a.way?.gpus !== b.way?.gpus) return (a.way?.gpus ?? 0) < (b.way?.gpus ?? 0);
  return (a.need?.totalMiB ?? 0) < (b.need?.totalMiB ?? 0);
}
