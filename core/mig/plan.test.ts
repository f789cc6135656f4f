import { describe, expect, it } from 'vitest';
import { migCommands, undoMigCommands } from './commands.ts';
import type { MigInstance } from '../../shared/contract/gpu.ts';
import { fullLayouts, planLayouts } from './plan.ts';
import { findMigCard, type MigCard, readMigCards } from './table.ts';

const cards = await readMigCards();
function cardOf(key: string): MigCard {
  const card = cards.find((one) => one.key === key);
  if (card === undefined) throw new Error(`No card ${key}.`);
  return card;
}

interface Slot extends MigInstance {
  slices: number;
  max: number;
}

/** Every set of instances that the rules allow, the slow way: each subset of all places, checked as a whole. */
function exhaustive(card: MigCard, most: number): Slot[][] {
  const places: Slot[] = card.profiles.flatMap(({ name, computeSlices, maxInstances, placements }) =>
    (placements?.starts ?? []).map((start) => ({
      profile: name,
      start,
      size: placements?.size ?? 0,
      slices: computeSlices,
      max: maxInstances,
    })),
  );
  const slotsOf = ({ start, size }: Slot) => Array.from({ length: size }, (_, index) => start + index);
  const isAllowed = (set: readonly Slot[]) => {
    const slots = set.flatMap(slotsOf);
    return (
      new Set(slots).size === slots.length &&
      set.reduce((sum, { slices }) => sum + slices, 0) <= card.computeSlices &&
      set.every((one) => set.filter(({ profile }) => profile === one.profile).length <= one.max) &&
      set.filter(({ profile }) => profile.includes('+me')).length <= 1 &&
      // All engines in one: whatever lies beside it has none.
      (set.every(({ profile }) => !profile.endsWith('+me.all')) ||
        set.every(({ profile }) => profile.endsWith('+me.all') || profile.endsWith('-me')))
    );
  };
  let sets: Slot[][] = [[]];
  const all: Slot[][] = [[]];
  for (let length = 1; length <= most; length += 1) {
    sets = sets.flatMap((set) => {
      const from = set.length === 0 ? 0 : places.indexOf(set.at(-1)!) + 1;
      return places.slice(from).flatMap((place) => (isAllowed([...set, place]) ? [[...set, place]] : []));
    });
    all.push(...sets);
  }
  return all;
}

const spell = (set: readonly MigInstance[]) =>
  set
    .map(({ profile, start, size }) => `${profile}@${start}:${size}`)
    .toSorted()
    .join(' ');

describe('planLayouts', () => {
  it.each(['A100-40', 'A30', 'H100-80', 'RTXPRO6000'])('equals exhaustive placement on %s', (key) => {
    const card = cardOf(key);
    const byWanted = Map.groupBy(exhaustive(card, 7), (set) =>
      set
        .map(({ profile }) => profile)
        .toSorted()
        .join(' '),
    );
    expect(byWanted.size).toBeGreaterThanOrEqual(20);
    for (const [wanted, sets] of byWanted) {
      const planned = planLayouts(card, wanted === '' ? [] : wanted.split(' ')).map(({ instances }) =>
        spell(instances),
      );
      expect(planned.toSorted(), wanted).toEqual(sets.map(spell).toSorted());
    }
    // And of what is one too many, nothing.
    const names = card.profiles.map(({ name }) => name);
    for (const wanted of byWanted.keys()) {
      for (const name of names) {
        const more = [...(wanted === '' ? [] : wanted.split(' ')), name].toSorted();
        if (more.length > 7 || byWanted.has(more.join(' '))) continue;
        expect(planLayouts(card, more), more.join(' ')).toEqual([]);
      }
    }
  });

  it('counts the full layouts of the guide: 14 for an A100 without double-memory slices, 4 for A30 and RTX PRO 6000', () => {
    const plain = (names: string[]) => (profile: { name: string }) => names.includes(profile.name);
    const a100 = plain(['1g.5gb', '2g.10gb', '3g.20gb', '4g.20gb', '7g.40gb']);
    expect(fullLayouts(cardOf('A100-40'), a100)).toHaveLength(14);
    expect(fullLayouts(cardOf('A30'), plain(['1g.6gb', '2g.12gb', '4g.24gb']))).toHaveLength(4);
    expect(fullLayouts(cardOf('RTXPRO6000'), plain(['1g.24gb', '2g.48gb', '4g.96gb']))).toHaveLength(4);
  });

  it('puts first what leaves most room: a 3g goes behind, where the 4g can still have the front', () => {
    const [best] = planLayouts(cardOf('A100-40'), ['3g.20gb']);
    expect(best?.instances).toEqual([{ profile: '3g.20gb', start: 4, size: 4 }]);
    expect(best?.roomFor).toContain('4g.20gb');
  });

  it('lays beside all media engines only what wants none', () => {
    const card = cardOf('RTXPRO6000');
    for (const beside of ['1g.24gb', '1g.24gb+gfx', '2g.48gb'])
      expect([beside, planLayouts(card, ['1g.24gb+me.all', beside])]).toEqual([beside, []]);
    expect(planLayouts(card, ['1g.24gb+me.all', '1g.24gb-me', '2g.48gb-me']).length).toBeGreaterThan(0);
  });

  it('keeps what is there', () => {
    const staying = [{ profile: '3g.20gb', start: 0, size: 4 }];
    expect(planLayouts(cardOf('A100-40'), ['4g.20gb'], staying)).toEqual([]);
    const spelled = planLayouts(cardOf('A100-40'), ['1g.5gb'], staying).map(({ instances }) => spell(instances));
    expect(spelled.toSorted()).toEqual([4, 5, 6].map((start) => `1g.5gb@${start}:1 3g.20gb@0:4`));
  });

  it('places nothing on a card of which no listing was found', () => {
    expect(planLayouts(cardOf('RTXPRO5000'), ['1g.24gb'])).toEqual([]);
  });
});

describe('findMigCard', () => {
  it.each([
    ['NVIDIA A100-SXM4-40GB', 'A100-40'],
    ['NVIDIA A100 80GB PCIe', 'A100-80'],
    ['NVIDIA H100 80GB HBM3', 'H100-80'],
    ['NVIDIA H100 NVL', 'H100-94'],
    ['NVIDIA A30', 'A30'],
    ['NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition', 'RTXPRO6000'],
    ['a100-80', 'A100-80'],
    ['NVIDIA L40S', null],
    ['NVIDIA A40', null],
    ['NVIDIA GeForce RTX 4090', null],
    ['NVIDIA H200', 'H200-141'],
    ['NVIDIA GH200 480GB', 'H100-96'],
  ])('%s is %s', (name, key) => {
    expect(findMigCard(cards, name)?.key ?? null).toBe(key);
  });

  it('believes the PCI number more than the name', () => {
    expect(findMigCard(cards, 'NVIDIA Graphics Device', '20b2')?.key).toBe('A100-80');
  });
});

describe('migCommands', () => {
  it('gives the places, not only the sizes: the driver would place greedily', () => {
    const card = cardOf('A100-40');
    const layout = planLayouts(card, ['1g.5gb', '3g.20gb', '2g.10gb', '1g.5gb'])[0]!;
    const commands = migCommands(card, '0', layout).map(({ command }) => command);
    expect(commands[0]).toBe('sudo nvidia-smi -i 0 -mig 1');
    expect(commands[1]).toContain('--gpu-reset');
    expect(commands[2]).toMatch(/^sudo nvidia-smi mig -i 0 -cgi (?:\d+:\d,){3}\d+:\d -C$/);
    expect(migCommands(cardOf('H100-80'), '0', layout).some(({ command }) => command.includes('reset'))).toBe(false);
  });
});

describe('undoMigCommands', () => {
  const remove = 'sudo nvidia-smi mig -i 0 -dci && sudo nvidia-smi mig -i 0 -dgi';
  const off = 'sudo nvidia-smi -i 0 -mig 0';
  const seven = Array.from({ length: 7 }, (_, start) => ({ profile: '1g.10gb', start, size: 1 }));
  const commands = (...[isMigEnabled, present]: [boolean | null, MigInstance[] | null]) =>
    undoMigCommands(cardOf('H100-80'), '0', isMigEnabled, present).map(({ command }) => command);

  it('makes the old slices again at their places, and leaves MIG on', () => {
    expect(commands(true, seven).slice(0, 2)).toEqual([
      remove,
      'sudo nvidia-smi mig -i 0 -cgi 19:0,19:1,19:2,19:3,19:4,19:5,19:6 -C',
    ]);
    expect(commands(true, seven)).not.toContain(off);
  });

  it.each<[string, boolean | null, MigInstance[] | null, string[]]>([
    ['MIG was off', false, [], [remove, off]],
    ['nothing is known, as of a kind of card', null, null, [remove, off]],
    ['MIG was on without a slice', true, [], [remove]],
    ['the driver does not say how it was cut', true, null, [remove]],
  ])('where %s', (_where, isMigEnabled, present, expected) => {
    expect(commands(isMigEnabled, present)).toEqual(expected);
  });

  it('says what to note before, where the driver does not say how the card is cut', () => {
    expect(undoMigCommands(cardOf('H100-80'), '0', true, null)[0]?.why).toContain('mig -i 0 -lgi');
  });

  it('resets a card that changes its mode only so', () => {
    const last = undoMigCommands(cardOf('A100-40'), '0', false, []).at(-1);
    expect(last?.command).toBe('sudo nvidia-smi --gpu-reset -i 0');
  });
});
