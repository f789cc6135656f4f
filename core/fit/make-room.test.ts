import { array, assert, boolean, constantFrom, integer, option, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stopToMakeRoom, type Board, type RoomNim } from './make-room.ts';

const nim = (id: string, holds: Record<string, number>, isIdle = false): RoomNim => ({
  id,
  holds: new Map(Object.entries(holds)),
  isIdle,
});
const card = (id: string, freeMiB: number, neededMiB: number | null = 30, kind = 'h100') => ({
  id,
  freeMiB,
  neededMiB,
  kind,
});

/** Every set of NIMs, without any cleverness: the cheapest of the smallest that are enough. */
function byHand({ devices, nims }: Board, gpus: number): string[] | null {
  let best: { cost: number[]; ids: string[] } | null = null;
  for (let mask = 0; mask < 2 ** nims.length; mask += 1) {
    const set = nims.filter((_, place) => Math.floor(mask / 2 ** place) % 2 === 1);
    const isEnough = [...new Set(devices.map(({ kind }) => kind))].some((kind) => {
      const ready = devices.filter((device) => {
        if (device.kind !== kind || device.neededMiB === null) return false;
        let free = device.freeMiB;
        for (const { holds } of set) free += holds.get(device.id) ?? 0;
        return free >= device.neededMiB;
      });
      return ready.length >= gpus;
    });
    if (!isEnough) continue;
    let memory = 0;
    for (const { holds } of set) for (const held of holds.values()) memory += held;
    const cost = [set.length, memory, -set.filter(({ isIdle }) => isIdle).length];
    const ids = set.map(({ id }) => id).toSorted();
    const isBetter =
      best === null ||
      cost.map((each, place) => each - (best?.cost[place] ?? 0)).find((difference) => difference !== 0);
    const order = isBetter === true ? -1 : (isBetter ?? (ids.join(' ') < (best?.ids.join(' ') ?? '') ? -1 : 1));
    if (order < 0) best = { cost, ids };
  }
  return best?.ids ?? null;
}

const boards = record({
  devices: array(
    record({
      freeMiB: integer({ min: 0, max: 20 }),
      neededMiB: option(integer({ min: 15, max: 60 }), { freq: 8, nil: null }),
      kind: constantFrom('h100', 'h100', 'l40s'),
    }),
    { minLength: 2, maxLength: 6, size: 'max' },
  ).map((devices) => devices.map((device, place) => ({ ...device, id: `gpu${place}` }))),
  nims: array(
    record({
      holds: array(integer({ min: 0, max: 45 }), { minLength: 2, maxLength: 6, size: 'max' }),
      isIdle: boolean(),
    }),
    {
      minLength: 2,
      maxLength: 8,
      size: 'max',
    },
  ).map((nims) =>
    nims.map(({ holds, isIdle }, place) => ({
      id: `nim${place}`,
      isIdle,
      // Most NIMs sit on one or two devices, and two may hold the same.
      holds: new Map(holds.flatMap((held, at) => (held > 20 ? [[`gpu${at}`, held - 20] as const] : []))),
    })),
  ),
  gpus: constantFrom(1, 1, 1, 2, 2, 3, 4),
});

describe('what to stop', () => {
  it('equals trying every set of NIMs, on 200 boards', () => {
    let needed = 0;
    assert(
      property(boards, ({ gpus, ...board }) => {
        const expected = byHand(board, gpus);
        const [first] = stopToMakeRoom(board, gpus);
        if ((expected?.length ?? 0) > 0) needed += 1;
        expect(first?.toSorted() ?? null).toEqual(expected);
      }),
      { seed: 11, numRuns: 200 },
    );
    // Boards on which there is nothing to decide would prove nothing.
    expect(needed).toBeGreaterThan(60);
  });

  it('is nothing where there is room, and nothing helps where it never fits', () => {
    const nims = [nim('a', { one: 60 })];
    expect(stopToMakeRoom({ devices: [card('one', 30)], nims }, 1)).toEqual([[]]);
    expect(stopToMakeRoom({ devices: [card('one', 0, null)], nims }, 1)).toEqual([]);
    expect(stopToMakeRoom({ devices: [card('one', 0, 90)], nims }, 1)).toEqual([]);
    expect(stopToMakeRoom({ devices: [], nims }, 1)).toEqual([]);
  });

  it('prefers one to two, little to much, an idle one to a busy one', () => {
    const devices = [card('one', 0)];
    const nims = [nim('big', { one: 40 }), nim('x', { one: 15 }), nim('y', { one: 15 }), nim('fits', { one: 30 })];
    expect(stopToMakeRoom({ devices, nims }, 1)).toEqual([['fits'], ['big']]);
    const alike = [nim('busy', { one: 30 }), nim('idle', { one: 30 }, true)];
    expect(stopToMakeRoom({ devices, nims: alike }, 1)).toEqual([['idle'], ['busy']]);
  });

  it('makes room on equal GPUs together', () => {
    const devices = [card('one', 0), card('two', 40), card('other', 40, 30, 'l40s')];
    const nims = [nim('a', { one: 40 }), nim('b', { two: 10 })];
    expect(stopToMakeRoom({ devices, nims }, 2)).toEqual([['a']]);
    expect(stopToMakeRoom({ devices, nims }, 3)).toEqual([]);
  });

  it('answers for a full machine at once: 8 GPUs with 7 slices each, a NIM on every one', () => {
    const places = Array.from({ length: 56 }, (_, place) => `slice${place}`);
    const devices = places.map((id) => card(id, 1, 9, '1g'));
    const nims = places.map((id, place) => nim(`nim${place}`, { [id]: 8 + (place % 3) }));
    expect(stopToMakeRoom({ devices, nims }, 1, 2)).toEqual([['nim0'], ['nim12']]);
  });
});
