import { expect, it } from 'vitest';
import { createPair } from '../../shared/rpc/pair.ts';
import type { Frame } from '../../shared/rpc/port.ts';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { captureFolder } from '../../core/testing/captures.ts';
import { backwardStep } from './pulls.ts';
import { createRandom } from './random.ts';
import { soakSmiOutputs } from './smi-outputs.ts';
import { pairTransport, type SoakTransport, soakTransport, wrongIn } from './transport.ts';

it('makes the same choices from the same seed, and others in the next round', () => {
  const choices = (...parts: number[]) => {
    const random = createRandom(...parts);
    return Array.from({ length: 20 }, () => random.below(1000));
  };
  expect(choices(1, 0)).toEqual(choices(1, 0));
  expect(choices(1, 0)).not.toEqual(choices(1, 1));
  expect(choices(1, 0)).not.toEqual(choices(2, 0));
  const many = Array.from(
    { length: 10_000 },
    (
      (random) => () =>
        random.below(10)
    )(createRandom(7)),
  );
  expect(new Set(many).size).toBe(10);
  expect(many.filter((value) => value === 3).length).toBeGreaterThan(800);
});

it('finds nothing wrong with a transport that is right', { timeout: 30_000 }, async () => {
  const { tried, lost } = await soakTransport({ rounds: 5, seed: 1 }, [pairTransport]);
  expect(lost).toEqual([]);
  expect(tried['pair']).toBe(5);
});

it('finds a transport that swaps two items', { timeout: 30_000 }, async () => {
  // Holds one item in a hundred frames back until the next frame has passed.
  const swapping: SoakTransport = {
    ...pairTransport,
    async open() {
      const [client, server] = createPair();
      let frames = 0;
      let held: Frame | null = null;
      const send = (frame: Frame) => {
        frames += 1;
        if (held === null && frame.t === 'item' && frames % 100 === 0) {
          held = frame;
          return;
        }
        server.send(frame);
        if (held !== null) server.send(held);
        held = null;
      };
      return { client, server: { ...server, send }, cut: () => server.close() };
    },
  };
  const { lost } = await soakTransport({ rounds: 3, seed: 1 }, [swapping]);
  expect(lost.join('\n')).toMatch(/numbers were lost|text was lost|state was lost/);
});

it.each([
  ['numbers', [0, 1, 2], 3, null],
  ['numbers', [0, 1], 3, 'numbers were lost'],
  ['numbers', [0, 2], null, 'numbers were lost'],
  ['text', ['0 1 ', '2 '], 3, null],
  ['text', ['0 1 '], 3, 'text was lost'],
  ['text', ['1 '], null, 'text was lost'],
  ['state', [0, 7, 9], 9, null],
  ['state', [0, 7], 9, 'the newest state was lost'],
  ['state', [7, 7], null, 'the newest state was lost'],
] as const)('judges %s %j of %j: %s', (kind, received, count, wrong) => {
  expect(wrongIn(kind, received, count)).toBe(wrong);
});

it.each([
  [1, null, 2, null, null],
  [2, null, 1, null, 'bytes fell from 2 to 1'],
  [2, 10, 2, null, 'a total that was known is unknown'],
  [5, 10, 5, 20, 'the share fell from 0.5 to 0.25'],
  [5, 10, 6, 12, null],
])('judges a step from %j of %j to %j of %j: %s', (bytesDone, bytesTotal, nextDone, nextTotal, wrong) => {
  const progress: PullProgress = {
    phase: 'DOWNLOADING',
    bytesDone,
    bytesTotal,
    layers: { total: 1, done: 0, existing: 0 },
    bytesPerSecond: null,
    etaSeconds: null,
    stalledSince: null,
  };
  expect(backwardStep(progress, { ...progress, bytesDone: nextDone, bytesTotal: nextTotal })).toBe(wrong);
});

it.skipIf(captureFolder('nvidia-smi') === null)(
  'finds a reader of nvidia-smi that is wrong about one in many (skipped where the captures are missing)',
  { timeout: 60_000 },
  async () => {
    const options = { rounds: 300, seed: 1 };
    const wrong = {
      'A number cannot be': (text: string) =>
        ({
          format: 'mig-lgipp',
          placements: [{ gpu: 0, id: 0, starts: [], size: text.includes('[N/A]') ? Infinity : 1 }],
        }) as const,
      'it breaks': (text: string) => {
        if (text.includes('GPU is lost')) throw new Error('it breaks');
        return { format: 'version', driverVersion: null, cudaVersion: null } as const;
      },
    };
    for (const [what, read] of Object.entries(wrong)) {
      expect((await soakSmiOutputs(options, read as never)).lost.join('\n')).toContain(what);
    }
  },
);
