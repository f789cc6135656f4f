import { describe, expect, it } from 'vitest';
import { judge, judgeBest } from './judge.ts';
import { type ModelFacts, needOf, type Way } from './need.ts';
import { choosePlaces, freeFor, type Place, placesOf, usableMiB } from './places.ts';
import { waysByParameters, wayOfProfile, waysOfTable } from './ways.ts';

const llama: ModelFacts = { kind: 'chat', parametersBillion: 8.03, contextTokens: 131_072 };
const way = (name: string): Way => wayOfProfile('a'.repeat(64), name, [], 'profile');
const gib = (value: number) => value * 1024;

let made = 0;
function place(totalMiB: number | null, takenMiB: number | null, about: Partial<Place> = {}): Place {
  made += 1;
  const name = about.name ?? 'NVIDIA RTX 6000 Ada Generation';
  return {
    id: `GPU-${made}`,
    gpuIndex: made,
    name,
    cardName: name,
    reservedMiB: 0,
    memory: 'gpu',
    totalMiB,
    takenMiB,
    computeCapability: '8.9',
    kind: `${name} ${totalMiB}`,
    isSliced: false,
    number: String(made),
    ...about,
  };
}
const ask = (contextTokens: number | null = null) => ({ facts: llama, contextTokens });

describe('the need', () => {
  it('is what the profile states, split by what is known of the model', () => {
    const need = needOf(llama, way('vllm-bf16-tp1-pp1-33.0'), null);
    expect(need).toMatchObject({ totalMiB: gib(33), contextTokens: 131_072, source: 'profile' });
    expect(need?.parts.map(({ kind, source }) => [kind, source])).toEqual([
      ['weights', 'parameters'],
      ['framework', 'rule'],
      ['context', 'profile'],
    ]);
    // 16 GiB for 131,072 tokens were measured.
    expect((need?.parts.at(-1)?.memoryMiB ?? 0) / 1024).toBeCloseTo(16, 0);
    expect(need?.parts.reduce((sum, each) => sum + (each.memoryMiB ?? 0), 0)).toBeCloseTo(gib(33), -1);
  });

  it('follows the context, and never above what the model can have', () => {
    const of = (tokens: number | null) => needOf(llama, way('vllm-fp8-tp1-pp1-27.0'), tokens)?.totalMiB ?? 0;
    expect(of(65_536)).toBeLessThan(of(null));
    expect(of(8_192)).toBeLessThan(of(65_536));
    expect(of(10_000_000)).toBe(of(null));
  });

  it('is not split where nothing says how, and then the context makes no difference', () => {
    const facts = { kind: 'chat' as const, parametersBillion: null, contextTokens: null };
    expect(needOf(facts, way('vllm-nvfp4-tp1-pp1-21.0'), 4_096)).toEqual({
      totalMiB: gib(21),
      leastMiB: gib(21),
      perTokenMiB: null,
      contextTokens: null,
      parts: [{ kind: 'unsplit', memoryMiB: gib(21), source: 'profile' }],
      source: 'profile',
    });
  });

  it('comes from parameters and precision where nobody states it, and is null where nothing is known', () => {
    const need = needOf(llama, way('vllm-bf16-tp1-pp1'), 8_192);
    expect(need).toMatchObject({ source: 'parameters', contextTokens: 8_192 });
    expect((need?.totalMiB ?? 0) / 1024).toBeCloseTo(18, 0);
    const half = needOf(llama, way('vllm-bf16-tp2-pp1'), 8_192);
    expect(half?.totalMiB).toBeLessThan(need?.totalMiB ?? 0);
    const unknown = { kind: null, parametersBillion: null, contextTokens: null };
    expect(needOf(unknown, way('vllm-bf16-tp1-pp1'), null)).toBeNull();
    expect(needOf(llama, way('vllm'), null)).toBeNull();
  });

  it('of a model that is no language model has no context', () => {
    const embedding: ModelFacts = { kind: 'embedding', parametersBillion: 1.236, contextTokens: 8192 };
    const need = needOf(embedding, way('onnx-fp16'), 8_192);
    expect(need?.parts.map(({ kind }) => kind)).toEqual(['weights', 'framework']);
    // 3.6 GB are stated for this one.
    expect((need?.totalMiB ?? 0) / 1024).toBeCloseTo(3.3, 0);
  });
});

describe('the verdict', () => {
  const stated = way('vllm-bf16-tp1-pp1-33.0');

  it('fits, is tight, or does not fit, and why', () => {
    const of = (taken: number, tokens: number | null = null, total = 49_140) =>
      judge(stated, [place(total, taken)], ask(tokens));
    expect(of(500)).toMatchObject({ verdict: 'fits', reason: null, longestContextTokens: 131_072 });
    // 33 GiB are free, but not beside the margin that NIM keeps.
    expect(of(49_140 - gib(33) - 100, 131_072)).toMatchObject({ verdict: 'tight', reason: 'little-spare' });
    expect(of(25_000)).toMatchObject({ verdict: 'tight', reason: 'short-context' });
    expect(of(25_000, 131_072)).toMatchObject({ verdict: 'does-not-fit', reason: 'taken' });
    expect(of(2_761, 131_072, 32_607)).toMatchObject({ verdict: 'does-not-fit', reason: 'short-context' });
    expect(of(40_000)).toMatchObject({ verdict: 'does-not-fit', reason: 'taken', longestContextTokens: null });
    expect(of(0, null, 16_376)).toMatchObject({ verdict: 'does-not-fit', reason: 'too-large' });
  });

  it('names the longest context near the one that NIM itself advises', () => {
    // Its own list on this card said `try --max-model-len=82688` with 2,921 MiB taken.
    const { longestContextTokens } = judge(stated, [place(32_607, 2_921)], ask());
    expect(Math.abs((longestContextTokens ?? 0) - 82_688)).toBeLessThan(4_000);
  });

  it('is not known where the driver or the model says nothing, and never 0', () => {
    expect(judge(stated, [place(null, null)], ask())).toMatchObject({
      verdict: 'unknown',
      reason: 'gpu-memory-unknown',
    });
    expect(judge(stated, [place(49_140, null)], ask())).toMatchObject({ verdict: 'unknown' });
    // Too large for it even empty: that is known without what is taken.
    expect(judge(stated, [place(8_192, null)], ask())).toMatchObject({ verdict: 'does-not-fit', reason: 'too-large' });
    const unknown = { facts: { kind: null, parametersBillion: null, contextTokens: null }, contextTokens: null };
    expect(judge(way('vllm'), [place(49_140, 0)], unknown)).toMatchObject({
      verdict: 'unknown',
      reason: 'need-unknown',
      need: null,
    });
  });

  it('spreads over equal GPUs only, and never over slices', () => {
    const two = way('vllm-bf16-tp2-pp1-20.0');
    const other = place(24_564, 0, { name: 'NVIDIA GeForce RTX 4090' });
    expect(judge(two, [place(49_140, 0), place(49_140, 0)], ask())).toMatchObject({ verdict: 'fits' });
    expect(judge(two, [place(49_140, 0), other], ask())).toMatchObject({ reason: 'gpus-differ' });
    expect(judge(two, [place(49_140, 0)], ask())).toMatchObject({ reason: 'too-few-gpus' });
    const slices = [1, 2].map(() => place(40_448, 0, { memory: 'slice' }));
    expect(judge(two, slices, ask())).toMatchObject({ verdict: 'does-not-fit', reason: 'slices-cannot-share' });
    expect(judge(stated, slices, ask())).toMatchObject({ verdict: 'fits' });
    // Of four, the two with the most room.
    const four = [place(49_140, 40_000), place(49_140, 5_000), place(49_140, 30_000), place(49_140, 0)];
    expect(judge(two, four, ask()).devices.map(({ takenMiB }) => takenMiB)).toEqual([0, 5_000]);
  });

  it('asks for a GPU that computes, in this precision, and is the one the profile is made for', () => {
    const hopper = place(81_559, 0, { name: 'NVIDIA H100 80GB HBM3', computeCapability: '9.0' });
    expect(judge(way('vllm-nvfp4-tp1-pp1-24.0'), [hopper], ask())).toMatchObject({ reason: 'gpu-not-suited' });
    expect(judge(way('vllm-fp8-tp1-pp1-27.0'), [hopper], ask())).toMatchObject({ verdict: 'fits' });
    expect(judge(way('tensorrt_llm-h100_nvl-fp8-tp1-pp1-throughput'), [hopper], ask())).toMatchObject({
      reason: 'gpu-not-suited',
    });
    expect(judge(stated, [{ ...hopper, isSliced: true }], ask())).toMatchObject({ reason: 'gpu-is-sliced' });
    expect(judge(stated, [], ask())).toMatchObject({ reason: 'no-gpu-chosen' });
  });

  it('takes a slice for its card: the size of a slice is no kind of board', () => {
    const slice = { cardName: 'NVIDIA H100 80GB HBM3', memory: 'slice', computeCapability: '9.0' } as const;
    const third = place(40_448, 0, { ...slice, name: 'NVIDIA H100 80GB HBM3 3g.40gb' });
    const ask8k = { ...ask(), contextTokens: 8_192 };
    expect(judge(way('tensorrt_llm-h100-fp8-tp1-pp1-throughput'), [third], ask8k)).toMatchObject({ verdict: 'fits' });
    expect(judge(way('tensorrt_llm-a100-bf16-tp1-pp1-throughput'), [third], ask8k)).toMatchObject({
      reason: 'gpu-not-suited',
    });
  });

  it('gives nobody what the driver keeps for itself', () => {
    expect(usableMiB({ memory: 'gpu', totalMiB: 15_360, reservedMiB: 447 }, 3, false)).toBe(14_910);
    expect(freeFor({ memory: 'gpu', totalMiB: 15_360, reservedMiB: 447 }, 10_000, false)).toBe(10_447);
    expect(freeFor({ memory: 'gpu', totalMiB: 15_360, reservedMiB: 447 }, 15_000, false)).toBeNull();
  });

  it('takes half of a memory that is shared with the system', () => {
    expect(usableMiB({ memory: 'system', totalMiB: 120_000, reservedMiB: 0 }, 10_000, true)).toBe(60_000);
    expect(usableMiB({ memory: 'system', totalMiB: 120_000, reservedMiB: 0 }, 90_000, true)).toBe(24_000);
    expect(usableMiB({ memory: 'gpu', totalMiB: 32_607, reservedMiB: 0 }, 2_921, false)).toBe(29_686);
    expect(usableMiB({ memory: 'gpu', totalMiB: 1_000, reservedMiB: 0 }, 1_200, true)).toBe(0);
  });

  it('gives a NIM that is there its own memory back', () => {
    const busy = place(49_140, 44_000);
    expect(judge(stated, [busy], ask(131_072))).toMatchObject({ reason: 'taken' });
    const givenBack = new Map([[busy.id ?? '', 43_500]]);
    expect(judge(stated, [busy], { ...ask(131_072), givenBack })).toMatchObject({ verdict: 'fits' });
  });
});

describe('several ways', () => {
  const model = (
    needs: { precision: string | null; gpus: number; gpuMemoryGB: number | null; diskGB: number | null }[],
  ) =>
    waysOfTable({
      repository: 'nvcr.io/nim/x/y',
      publisher: 'x',
      name: 'y',
      title: 'Y',
      kind: 'chat',
      tag: null,
      parametersBillion: 8,
      contextTokens: 131_072,
      needs,
      docsUrl: null,
      updatedOn: null,
      isRestrictedInEu: null,
    });

  it('takes the one that fits, then fewest GPUs, then fewest bits that the GPU computes in', () => {
    const ways = model([
      { precision: 'nvfp4', gpus: 1, gpuMemoryGB: 24, diskGB: null },
      { precision: 'fp8', gpus: 1, gpuMemoryGB: 27, diskGB: null },
      { precision: 'bf16', gpus: 1, gpuMemoryGB: 33, diskGB: null },
    ]);
    expect(judgeBest(ways, [place(49_140, 0)], ask())?.way?.precision).toBe('fp8');
    const ampere = place(49_140, 0, { computeCapability: '8.6' });
    expect(judgeBest(ways, [ampere], ask())?.way?.precision).toBe('bf16');
    expect(judgeBest([], [ampere], ask())).toBeNull();
  });

  it('takes the board that was tested for no need, and files for weights only where they are', () => {
    const [tested] = model([{ precision: 'fp16', gpus: 1, gpuMemoryGB: 80, diskGB: 15.04 }]);
    expect(tested).toMatchObject({ stated: null, weights: { source: 'model-table' } });
    const [much] = model([{ precision: 'bf16', gpus: 2, gpuMemoryGB: null, diskGB: 250 }]);
    expect(much).toMatchObject({ stated: null, weights: null, gpus: 2 });
    expect(model([{ precision: null, gpus: 1, gpuMemoryGB: null, diskGB: 16 }])).toEqual([]);
  });

  it('by parameters spreads over as many GPUs as there are', () => {
    const facts: ModelFacts = { kind: 'chat', parametersBillion: 70, contextTokens: null };
    const { usual, fewestBits } = waysByParameters(facts, 4);
    expect(usual.map(({ precision, gpus }) => `${precision} × ${gpus}`)).toEqual(['bf16 × 1', 'bf16 × 2', 'bf16 × 4']);
    const four = [1, 2, 3, 4].map(() => place(81_559, 0, { computeCapability: '9.0' }));
    expect(judgeBest(usual, four, { facts, contextTokens: null })).toMatchObject({ verdict: 'fits', way: { gpus: 2 } });
    expect(fewestBits).toHaveLength(3);
    expect(waysByParameters({ ...facts, parametersBillion: null }, 8).usual).toEqual([]);
  });
});

describe('the devices of a choice', () => {
  const report = {
    readAt: '2026-11-24T15:00:00.000Z',
    failure: null,
    gpus: [
      {
        index: 0,
        name: 'NVIDIA H100 80GB HBM3',
        uuid: 'GPU-a',
        driverVersion: null,
        cudaVersion: null,
        computeCapability: '9.0',
        memoryTotalMiB: 81_559,
        memoryUsedMiB: 20,
        isMemoryShared: false,
        utilizationPercent: null,
        temperatureCelsius: null,
        powerWatts: null,
        migEnabled: true,
        migDevices: [
          {
            index: 0,
            gi: 1,
            ci: 0,
            uuid: 'MIG-a',
            profile: '3g.40gb',
            memoryTotalMiB: 40_448,
            memoryUsedMiB: 19,
          },
        ],
      },
    ],
  };
  const places = placesOf(report);
  const ids = (...asked: string[]) => choosePlaces({ kind: 'devices', ids: asked }, places);

  it('are named by UUID, number or CDI', () => {
    for (const id of ['MIG-a', '0:0', 'nvidia.com/gpu=MIG-a'])
      expect(ids(id)).toMatchObject({ chosen: [{ id: 'MIG-a', memory: 'slice' }], missing: [] });
    expect(ids('GPU-a')).toMatchObject({ chosen: [{ isSliced: true }] });
    expect(ids('GPU-gone')).toEqual({ chosen: [], missing: ['GPU-gone'] });
  });

  it('with all, are those that compute', () => {
    expect(choosePlaces({ kind: 'all' }, places).chosen.map(({ id }) => id)).toEqual(['MIG-a']);
    expect(choosePlaces({ kind: 'none' }, places).chosen).toEqual([]);
  });
});
