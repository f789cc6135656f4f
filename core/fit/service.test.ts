import { describe, expect, it } from 'vitest';
import type { GpuDevice, MemoryHolder } from '../../shared/contract/gpu.ts';
import type { Nim, NimDetails } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { createCatalogService } from '../catalog/service.ts';
import { silentLogger } from '../lib/logger.ts';
import type { PublishedProfile } from '../ngc/nim-metadata.ts';
import { createFitService } from './service.ts';

const idOf = (digit: string) => digit.repeat(64);

function card(index: number, about: Partial<GpuDevice> = {}): GpuDevice {
  return {
    index,
    name: 'NVIDIA RTX 6000 Ada Generation',
    uuid: `GPU-${index}`,
    driverVersion: '595.58.03',
    cudaVersion: '13.2',
    computeCapability: '8.9',
    memoryTotalMiB: 49_140,
    memoryUsedMiB: 600,
    isMemoryShared: false,
    utilizationPercent: 0,
    temperatureCelsius: 40,
    powerWatts: 20,
    migEnabled: null,
    migDevices: [],
    ...about,
  };
}

const nim = (digit: string, name: string, gpus: string[], about: Partial<Nim> = {}) =>
  ({
    id: idOf(digit),
    name,
    reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5',
    status: 'ready',
    gpus: { kind: 'devices', ids: gpus },
    profile: null,
    ...about,
  }) as Nim;

interface World {
  gpus?: GpuDevice[];
  failure?: AppError;
  nims?: Nim[];
  holders?: MemoryHolder[] | AppError;
  /** Requests that each NIM works on. */
  running?: Record<string, number>;
  details?: Partial<NimDetails>;
  /** What NVIDIA publishes of the image; null: it cannot be asked. */
  published?: PublishedProfile[] | null;
  /** As the engine calls it. */
  processor?: string | null;
  /** For which the image is made that is here; null: it is not here. */
  imageProcessor?: string | null;
  /** For which the registry has it. */
  registryProcessors?: string[] | null;
}

/** The service on a machine that is made up; the list of models is the shipped one. */
function fitOn({
  gpus = [card(0)],
  failure,
  nims = [],
  holders = [],
  running = {},
  details = {},
  published = [],
  processor = null,
  imageProcessor = null,
  registryProcessors = null,
}: World) {
  return createFitService(
    { log: silentLogger },
    {
      catalog: createCatalogService(),
      gpu: {
        read: async () => ({
          readAt: '2026-11-24T15:00:00.000Z',
          gpus,
          failure: failure === undefined ? null : { code: failure.code, message: failure.message },
        }),
        holders: async () => {
          if (holders instanceof AppError) throw holders;
          return holders;
        },
      },
      nims: {
        async *watch() {
          yield { isKnown: true, nims };
        },
        inspect: async () =>
          ({
            spec: { profile: null, environment: [] },
            contextTokens: null,
            profile: { id: null, name: null, source: null },
            ...details,
          }) as unknown as NimDetails,
      },
      metrics: {
        async *watch({ nimId }) {
          yield { latest: { running: running[nimId] ?? null } } as never;
        },
      },
      about: { profiles: async () => published, architectures: async () => registryProcessors },
      engineProcessor: () => processor,
      imageProcessor: async () => imageProcessor,
    },
  );
}

const llama = { kind: 'image' as const, reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5' };
const ask = { subject: llama, profile: null, contextTokens: null };
const holder = (gpuIndex: number, memoryMiB: number | null, owner: Nim | null): MemoryHolder => ({
  gpuIndex,
  pid: 4711,
  processName: 'VLLM::EngineCore',
  memoryMiB,
  nim: owner === null ? null : { id: owner.id, name: owner.name },
});

describe('fit.check', () => {
  it('answers by the model table, with the parts and their sources', async () => {
    const answer = await fitOn({}).check({ ...ask, gpus: { kind: 'all' } });
    expect(answer).toMatchObject({
      verdict: 'fits',
      reason: null,
      needMiB: 27 * 1024,
      source: 'model-table',
      profile: { precision: 'fp8', gpus: 1, id: null },
      contextTokens: 131_072,
      devices: [{ id: 'GPU-0', memory: 'gpu', totalMiB: 49_140, takenMiB: 600 }],
      stop: [],
    });
    expect(answer.parts.map(({ kind, source }) => [kind, source])).toEqual([
      ['weights', 'parameters'],
      ['framework', 'rule'],
      ['context', 'model-table'],
    ]);
  });

  it('knows a model in another registry, follows profile and context, and says what a profile cannot do', async () => {
    const fit = fitOn({});
    const local = { kind: 'image' as const, reference: 'localhost:5000/nim/meta/llama-3.1-8b-instruct:2.1.5' };
    const of = (profile: string | null, contextTokens: number | null) =>
      fit.check({ subject: local, profile, contextTokens, gpus: null });
    const bf16 = await of('vllm-bf16-tp1-pp1-33.0', null);
    expect(bf16).toMatchObject({ needMiB: 33 * 1024, source: 'profile', profile: { name: 'vllm-bf16-tp1-pp1-33.0' } });
    const short = await of('vllm-bf16-tp1-pp1-33.0', 8_192);
    expect(short.needMiB).toBeLessThan(20 * 1024);
    expect(await of('vllm-nvfp4-tp1-pp1-24.0', null)).toMatchObject({ reason: 'gpu-not-suited' });
    expect(await of('vllm-fp8-tp2-pp1-16.0', null)).toMatchObject({ reason: 'too-few-gpus' });
    // What an id stands for is not known, but every way that the table knows fits.
    expect(await of(idOf('a'), 8_192)).toMatchObject({ verdict: 'unknown', reason: 'need-unknown' });
  });

  it('says which NIM to stop, an idle one before a busy one, by who holds what', async () => {
    const [busy, idle] = [nim('b', 'busy', ['GPU-0']), nim('d', 'idle', ['GPU-0'])];
    const world = {
      gpus: [card(0, { memoryUsedMiB: 44_600 })],
      nims: [busy, idle],
      holders: [holder(0, 22_000, busy), holder(0, 22_000, idle)],
      running: { [busy.id]: 3, [idle.id]: 0 },
    };
    const answer = await fitOn(world).check({ ...ask, contextTokens: 65_536, gpus: { kind: 'all' } });
    expect(answer).toMatchObject({ verdict: 'does-not-fit', reason: 'taken' });
    expect(answer.stop).toEqual([
      { nims: [{ id: idle.id, name: 'idle', memoryMiB: 22_000, isIdle: true }] },
      { nims: [{ id: busy.id, name: 'busy', memoryMiB: 22_000, isIdle: false }] },
    ]);
  });

  it('names the one NIM that was given the GPU where the driver names no process, and nobody where two were', async () => {
    const one = nim('b', 'one', ['GPU-0']);
    const gpus = [card(0, { memoryUsedMiB: 44_600 })];
    const alone = await fitOn({ gpus, nims: [one] }).check({ ...ask, gpus: null });
    expect(alone.stop.map(({ nims }) => nims.map(({ name, memoryMiB }) => [name, memoryMiB]))).toEqual([
      [['one', 44_600]],
    ]);
    const two = await fitOn({ gpus, nims: [one, nim('d', 'two', ['0'])] }).check({ ...ask, gpus: null });
    expect(two).toMatchObject({ verdict: 'does-not-fit', reason: 'taken', stop: [] });
    const failed = await fitOn({ gpus, nims: [one], holders: new AppError('GPU_LOST', 'x') }).check({
      ...ask,
      gpus: null,
    });
    expect(failed.stop).toHaveLength(1);
  });

  it('counts what a NIM holds as its own when it is asked about again', async () => {
    const own = nim('b', 'mine', ['GPU-0']);
    const world = { gpus: [card(0, { memoryUsedMiB: 45_000 })], nims: [own], holders: [holder(0, 44_400, own)] };
    const subject = { kind: 'nim' as const, nimId: own.id.slice(0, 12) };
    const answer = await fitOn(world).check({ ...ask, subject, gpus: null });
    expect(answer).toMatchObject({ verdict: 'fits', devices: [{ takenMiB: 600 }], stop: [] });
    const gone = { kind: 'nim' as const, nimId: idOf('e') };
    await expect(fitOn(world).check({ ...ask, subject: gone, gpus: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('takes profile and context of a NIM from what it says of itself', async () => {
    const own = nim('b', 'mine', ['GPU-0'], { reference: 'example.com/own/model:1' });
    const details = {
      spec: { profile: idOf('f'), environment: [{ name: 'NIM_MAX_MODEL_LEN', value: '4096' }] } as never,
      profile: { id: idOf('f'), name: 'vllm-bf16-tp1-pp1-33.0', source: 'nim' as const },
    };
    const fit = fitOn({ nims: [own], details });
    const answer = await fit.check({ ...ask, subject: { kind: 'nim', nimId: own.id }, gpus: null });
    expect(answer).toMatchObject({ needMiB: 33 * 1024, source: 'profile', profile: { precision: 'bf16' } });
    // And from then on knows what the id stands for.
    expect(await fit.check({ ...ask, profile: idOf('f'), gpus: null })).toMatchObject({ needMiB: 33 * 1024 });
  });

  it('says why there is nothing to compare with', async () => {
    const unread = fitOn({ gpus: [], failure: new AppError('GPU_OUTPUT_UNREADABLE', 'x') });
    expect(await unread.check({ ...ask, gpus: null })).toMatchObject({ verdict: 'unknown', reason: 'gpus-unreadable' });
    const none = fitOn({ gpus: [], failure: new AppError('NVIDIA_SMI_MISSING', 'x') });
    expect(await none.check({ ...ask, gpus: null })).toMatchObject({ verdict: 'does-not-fit', reason: 'no-gpu' });
    const fit = fitOn({});
    expect(await fit.check({ ...ask, gpus: { kind: 'none' } })).toMatchObject({ reason: 'no-gpu-chosen' });
    const ids = ['GPU-gone'];
    expect(await fit.check({ ...ask, gpus: { kind: 'devices', ids } })).toMatchObject({ reason: 'gpu-not-there' });
    const nowhere = { kind: 'image' as const, reference: 'localhost:5000/lab/model:3' };
    expect(await fit.check({ ...ask, subject: nowhere, gpus: null })).toMatchObject({
      verdict: 'unknown',
      reason: 'need-unknown',
      needMiB: null,
    });
  });

  it('on a machine that shares its memory takes the system’s', async () => {
    const spark = card(0, {
      name: 'NVIDIA GB10',
      computeCapability: '12.1',
      memoryTotalMiB: 122_570,
      memoryUsedMiB: 9_000,
      isMemoryShared: true,
    });
    const answer = await fitOn({ gpus: [spark] }).check({ ...ask, gpus: { kind: 'all' } });
    expect(answer).toMatchObject({
      verdict: 'fits',
      profile: { precision: 'nvfp4' },
      devices: [{ memory: 'system', totalMiB: 122_570 }],
    });
  });
});

const slice = (index: number, usedMiB: number) => ({
  index,
  gi: index + 1,
  ci: 0,
  uuid: `MIG-${index}`,
  profile: '3g.40gb',
  memoryTotalMiB: 40_448,
  memoryUsedMiB: usedMiB,
});

describe('fit.places', () => {
  it('answers for each GPU and slice by itself', async () => {
    const h100 = { name: 'NVIDIA H100 80GB HBM3', computeCapability: '9.0', memoryTotalMiB: 81_559 };
    const holds = nim('b', 'holds', ['MIG-1']);
    const { places } = await fitOn({
      gpus: [card(0, h100), card(1, { ...h100, migEnabled: true, migDevices: [slice(0, 19), slice(1, 38_000)] })],
      nims: [holds],
    }).places(ask);
    expect(places.map(({ verdict, reason, devices }) => [devices[0]?.id, verdict, reason])).toEqual([
      ['GPU-0', 'fits', null],
      ['GPU-1', 'does-not-fit', 'gpu-is-sliced'],
      ['MIG-0', 'fits', null],
      ['MIG-1', 'does-not-fit', 'taken'],
    ]);
    expect(places.map(({ stop }) => stop.map(({ nims }) => nims.map(({ name }) => name)))).toEqual([
      [],
      [],
      [],
      [['holds']],
    ]);
  });
});

describe('fit.catalog', () => {
  it('marks every model of the list, and nothing is 0 or made up', async () => {
    const { models } = await createCatalogService().list({});
    const { marks } = await fitOn({ gpus: [card(0, { memoryTotalMiB: 24_564, memoryUsedMiB: 20_000 })] }).catalog({});
    expect(marks.map(({ repository }) => repository)).toEqual(models.map(({ repository }) => repository));
    const of = (name: string) => marks.find(({ repository }) => repository.endsWith(`/${name}`));
    const taken = { verdict: 'does-not-fit', reason: 'taken', whenEmpty: 'tight', haveMiB: 24_564 };
    expect(of('llama-3.1-8b-instruct')).toMatchObject(taken);
    const large = { verdict: 'does-not-fit', reason: 'too-large', whenEmpty: 'does-not-fit' };
    expect(of('llama-3.1-405b-instruct')).toMatchObject(large);
    expect(of('llama-3.2-1b-instruct')).toMatchObject({ whenEmpty: 'fits', source: 'parameters' });
    for (const mark of marks) {
      if (mark.verdict === 'unknown') expect(mark.reason).not.toBeNull();
      expect(mark.needMiB).not.toBe(0);
      if (mark.needMiB === null) expect(['need-unknown']).toContain(mark.reason);
    }
    // Most of the list says nothing of its size but its number of parameters; a third says nothing at all.
    expect(marks.filter(({ verdict }) => verdict === 'unknown').length).toBeLessThan(marks.length / 2);
  });

  it('says of each model what the form that runs it says', async () => {
    const fit = fitOn({ gpus: [card(0, { memoryTotalMiB: 24_564, memoryUsedMiB: 12_000 })] });
    const { marks } = await fit.catalog({});
    for (const { repository, verdict, reason } of marks.slice(0, 60)) {
      const subject = { kind: 'image' as const, reference: `${repository}:1.0.0` };
      const answer = await fit.check({ subject, profile: null, contextTokens: null, gpus: { kind: 'all' } });
      expect({ repository, verdict: answer.verdict, reason: answer.reason }).toEqual({ repository, verdict, reason });
    }
    expect(new Set(marks.map(({ verdict }) => verdict)).size).toBe(4);
  });

  it('spreads over equal GPUs, and says nothing where there is no GPU', async () => {
    const eight = Array.from({ length: 8 }, (_, index) =>
      card(index, { name: 'NVIDIA H200', computeCapability: '9.0', memoryTotalMiB: 143_771 }),
    );
    const { marks } = await fitOn({ gpus: eight }).catalog({});
    expect(marks.find(({ repository }) => repository.endsWith('/llama-3.1-405b-instruct'))).toMatchObject({
      verdict: 'fits',
      gpus: 8,
    });
    // Two such cards would hold 70B in eight bits or four, not in sixteen, and nobody says what the image has.
    const { marks: onTwo } = await fitOn({ gpus: [card(0), card(1)] }).catalog({});
    expect(onTwo.find(({ repository }) => repository.endsWith('/llama-3.3-70b-instruct'))).toMatchObject({
      verdict: 'unknown',
      reason: 'precision-unknown',
      gpus: 2,
    });
    const none = await fitOn({ gpus: [] }).catalog({});
    expect(new Set(none.marks.map(({ verdict, reason }) => `${verdict} ${reason}`))).toEqual(
      new Set(['does-not-fit no-gpu']),
    );
  });
});

describe('what NVIDIA publishes of an image', () => {
  const published = (about: Partial<PublishedProfile>): PublishedProfile => ({
    id: null,
    precision: 'fp8',
    gpus: 1,
    memoryGB: null,
    gpuWords: [],
    hasLora: null,
    ...about,
  });
  const everywhere = { ...ask, gpus: { kind: 'all' as const } };

  it('comes before the list of models, by the profile that fits', async () => {
    const own = [
      published({ id: 'a'.repeat(64), precision: 'bf16', memoryGB: 60 }),
      published({ id: 'b'.repeat(64), memoryGB: 30 }),
      published({ id: 'c'.repeat(64), memoryGB: 4, hasLora: true }),
    ];
    const answer = await fitOn({ published: own }).check(everywhere);
    expect(answer).toMatchObject({
      verdict: 'fits',
      needMiB: 30 * 1024,
      source: 'nvidia',
      profile: { id: 'b'.repeat(64), precision: 'fp8', gpus: 1 },
    });
    expect(answer.parts.find(({ kind }) => kind === 'context')?.source).toBe('nvidia');
  });

  it('explains an id that nobody else does, and gives way to what a profile states itself', async () => {
    const id = 'd'.repeat(64);
    const fit = fitOn({ published: [published({ id, precision: 'bf16', memoryGB: 40, hasLora: true })] });
    expect(await fit.check({ ...everywhere, profile: id })).toMatchObject({ needMiB: 40 * 1024, source: 'nvidia' });
    expect(await fit.check({ ...everywhere, profile: 'vllm-bf16-tp1-pp1-33.0' })).toMatchObject({
      needMiB: 33 * 1024,
      source: 'profile',
    });
    expect(await fit.check({ ...everywhere, profile: 'vllm-bf16-tp1-pp1' })).toMatchObject({
      needMiB: 40 * 1024,
      source: 'nvidia',
    });
  });

  it('says what a model in no list needs', async () => {
    const subject = { kind: 'image' as const, reference: 'nvcr.io/nim/new/model:1.0.0' };
    const own = [published({ memoryGB: 20, gpus: 2 }), published({ memoryGB: 90 })];
    expect(await fitOn({ published: own }).check({ ...everywhere, subject })).toMatchObject({
      verdict: 'does-not-fit',
      source: 'nvidia',
    });
    const two = await fitOn({ published: own, gpus: [card(0), card(1)] }).check({ ...everywhere, subject });
    expect(two).toMatchObject({ verdict: 'fits', needMiB: 20 * 1024, source: 'nvidia', profile: { gpus: 2 } });
  });

  it('counts only where the GPU is the one that a profile is made for; without a figure the list counts', async () => {
    const forOthers = [published({ memoryGB: 20, gpuWords: ['H100', 'A100'] })];
    expect(await fitOn({ published: forOthers }).check(everywhere)).toMatchObject({ reason: 'gpu-not-suited' });
    const h100 = card(0, { name: 'NVIDIA H100 80GB HBM3', memoryTotalMiB: 81_559, computeCapability: '9.0' });
    expect(await fitOn({ published: forOthers, gpus: [h100] }).check(everywhere)).toMatchObject({
      verdict: 'fits',
      source: 'nvidia',
    });
    const silent = [published({ precision: null })];
    expect(await fitOn({ published: silent }).check(everywhere)).toMatchObject({ source: 'model-table' });
    expect(await fitOn({ published: null }).check(everywhere)).toMatchObject({ source: 'model-table' });
  });
});

describe('what is made for another processor', () => {
  const spark = { kind: 'image' as const, reference: 'nvcr.io/nim/qwen/qwen3-32b-dgx-spark:1.1.0-variant' };
  const check = (world: World, subject = llama) => fitOn(world).check({ ...ask, subject, gpus: { kind: 'all' } });

  it('does not fit, whatever its memory, and the best source says so', async () => {
    const other = { verdict: 'does-not-fit', reason: 'other-processor', stop: [] };
    expect(await check({ processor: 'x86_64', registryProcessors: ['arm64'] })).toMatchObject({
      ...other,
      processor: { madeFor: ['arm64'], source: 'registry', engine: 'amd64' },
    });
    expect(await check({ processor: 'x86_64', imageProcessor: 'arm64', registryProcessors: ['amd64'] })).toMatchObject({
      ...other,
      processor: { madeFor: ['arm64'], source: 'image' },
    });
    expect(await check({ processor: 'x86_64' }, spark)).toMatchObject({
      ...other,
      processor: { madeFor: ['arm64'], source: 'name' },
    });
    expect(await check({ processor: 'aarch64', registryProcessors: ['amd64'] })).toMatchObject({
      ...other,
      processor: { madeFor: ['amd64'], engine: 'arm64' },
    });
  });

  it('is not said where it is made for this one, too, or where nobody knows', async () => {
    const both = await check({ processor: 'x86_64', registryProcessors: ['amd64', 'arm64'] });
    expect(both).toMatchObject({ verdict: 'fits', processor: { madeFor: ['amd64', 'arm64'], engine: 'amd64' } });
    expect(await check({ processor: 'x86_64' })).toMatchObject({ verdict: 'fits', processor: null });
    expect((await check({ processor: null }, spark)).reason).not.toBe('other-processor');
    // A registry that has it for this one knows better than its name.
    expect((await check({ processor: 'x86_64', registryProcessors: ['amd64'] }, spark)).reason).not.toBe(
      'other-processor',
    );
  });

  it('is marked in the catalogue, by its name', async () => {
    const marked = async (processor: string) =>
      (await fitOn({ processor }).catalog({})).marks
        .filter(({ reason }) => reason === 'other-processor')
        .map(({ repository, verdict }) => [repository.endsWith('-dgx-spark'), verdict]);
    expect(await marked('x86_64')).toEqual(Array.from({ length: 3 }, () => [true, 'does-not-fit']));
    expect(await marked('aarch64')).toEqual([]);
  });

  it('is said of each place', async () => {
    const fit = fitOn({ processor: 'x86_64', registryProcessors: ['arm64'], gpus: [card(0), card(1)] });
    const { places } = await fit.places(ask);
    expect(places.map(({ reason }) => reason)).toEqual(['other-processor', 'other-processor']);
  });
});
