import type { MigInstance, MigLayout } from '../../shared/contract/gpu.ts';
import type { MigCard, MigProfile } from './table.ts';

/** A profile whose placements are known. */
type Placeable = MigProfile & { placements: NonNullable<MigProfile['placements']> };

const placeable = (card: MigCard): Placeable[] =>
  card.profiles.filter((profile): profile is Placeable => profile.placements !== null);

/** Only one instance of a card has the media engines, whatever its size (MIG user guide, naming of profiles). */
const hasMediaEngines = (name: string) => /\+me\b/.test(name);

/** With all media engines in one instance, only what wants none can lie beside it (gpu facts 3.4: plain slices have one of each). */
const hasAllEngines = (name: string) => name.endsWith('+me.all');
const wantsNoEngines = (name: string) => name.endsWith('-me');
const leavesNoEngines = (one: string, other: string) => hasAllEngines(one) && !wantsNoEngines(other);

function fits(card: MigCard, placed: readonly MigInstance[], profile: Placeable, start: number): boolean {
  const { size } = profile.placements;
  if (placed.some((other) => start < other.start + other.size && other.start < start + size)) return false;
  if (placed.filter((other) => other.profile === profile.name).length >= profile.maxInstances) return false;
  if (hasMediaEngines(profile.name) && placed.some((other) => hasMediaEngines(other.profile))) return false;
  const clashes = (other: string) => leavesNoEngines(profile.name, other) || leavesNoEngines(other, profile.name);
  if (placed.some((other) => clashes(other.profile))) return false;
  const slicesOf = (name: string) => card.profiles.find((one) => one.name === name)?.computeSlices ?? 0;
  const taken = placed.reduce((sum, other) => sum + slicesOf(other.profile), 0);
  return taken + profile.computeSlices <= card.computeSlices;
}

const byStart = (a: MigInstance, b: MigInstance) => a.start - b.start;

function roomFor(card: MigCard, placed: readonly MigInstance[]): string[] {
  return placeable(card)
    .filter((profile) => profile.placements.starts.some((start) => fits(card, placed, profile, start)))
    .map((profile) => profile.name);
}

/** Memory slots that some further profile could still use: of two layouts with the same slices, more of them is better. */
function usableSlots(card: MigCard, placed: readonly MigInstance[]): number {
  const slots = new Set<number>();
  for (const profile of placeable(card)) {
    for (const start of profile.placements.starts.filter((one) => fits(card, placed, profile, one))) {
      for (let slot = start; slot < start + profile.placements.size; slot += 1) slots.add(slot);
    }
  }
  return slots.size;
}

/**
 * Every way to place the wanted slices on a card, beside what must stay: each gets a start from its profile's list, slots do
 * not overlap, no profile exceeds its maximum (the rule of the MIG user guide). The ones that leave most room come first;
 * none means that they do not fit together. An unknown profile, or one without known placements, fits nowhere.
 */
export function planLayouts(
  card: MigCard,
  wanted: readonly string[],
  staying: readonly MigInstance[] = [],
): MigLayout[] {
  const known = placeable(card);
  const profiles = wanted.map((name) => known.find((profile) => profile.name === name));
  if (profiles.includes(undefined)) return [];
  // Big ones first: they have the fewest places. Equal ones in a row, so that none is placed before its twin.
  const ordered = profiles
    .filter((profile) => profile !== undefined)
    .toSorted((a, b) => b.placements.size - a.placements.size || a.name.localeCompare(b.name));
  const found: MigInstance[][] = [];

  const place = (index: number, placed: readonly MigInstance[]): void => {
    const profile = ordered[index];
    if (profile === undefined) {
      found.push([...placed].toSorted(byStart));
      return;
    }
    const twin = ordered[index - 1] === profile ? placed.at(-1) : undefined;
    for (const start of profile.placements.starts) {
      if (twin !== undefined && start < twin.start) continue;
      if (!fits(card, placed, profile, start)) continue;
      place(index + 1, [...placed, { profile: profile.name, start, size: profile.placements.size }]);
    }
  };
  place(0, staying);

  return found
    .map((instances) => ({ instances, roomFor: roomFor(card, instances), usable: usableSlots(card, instances) }))
    .toSorted((a, b) => b.roomFor.length - a.roomFor.length || b.usable - a.usable)
    .map(({ instances, roomFor: room }) => ({ instances, roomFor: room }));
}

/** Every set of profiles that leaves room for nothing more, as names sorted big to small; one entry for each set. */
export function fullLayouts(card: MigCard, isWanted: (profile: MigProfile) => boolean = () => true): string[][] {
  const profiles = placeable(card).filter(isWanted);
  const seen = new Set<string>();
  const full = new Map<string, string[]>();

  const grow = (placed: readonly MigInstance[]): void => {
    const key = placed
      .map(({ profile, start }) => `${profile}@${start}`)
      .toSorted()
      .join(' ');
    if (seen.has(key)) return;
    seen.add(key);
    let isFull = true;
    for (const profile of profiles) {
      for (const start of profile.placements.starts) {
        if (!fits(card, placed, profile, start)) continue;
        isFull = false;
        grow([...placed, { profile: profile.name, start, size: profile.placements.size }]);
      }
    }
    if (!isFull) return;
    const names = placed
      .toSorted((a, b) => b.size - a.size || a.profile.localeCompare(b.profile))
      .map(({ profile }) => profile);
    full.set(names.join(' '), names);
  };
  grow([]);
  return [...full.values()];
}
