import type { GpuDevice, GpuHistorySample, GpuReport, MigDevice, MigPlan } from '../../shared/contract/gpu.ts';
import { brokenDriverReport } from './fake-doctor.ts';
import { createFakeApi, emptyWorld, type FakeApi } from './fake-api.ts';
import { fakeFit, fakeFitDevice } from './fake-fit.ts';
import { ago, fakeGpu, fakeGpuReport, fakeImage, fakeNim, idOf } from './fake-data.ts';

const sliceMiB = 9_984;

export const fakeSlice = (gpu: number, index: number, changes: Partial<MigDevice> = {}): MigDevice => ({
  index,
  gi: index + 7,
  ci: 0,
  uuid: `MIG-${gpu}-${index}`,
  profile: '1g.10gb',
  memoryTotalMiB: sliceMiB,
  memoryUsedMiB: 9,
  ...changes,
});

/** Eight cards in seven slices each: 56 places. */
export function slicedGpus(moment = 0): GpuDevice[] {
  return Array.from({ length: 8 }, (_, gpu) =>
    fakeGpu({
      index: gpu,
      uuid: `GPU-${gpu}`,
      utilizationPercent: null,
      migEnabled: true,
      temperatureCelsius: 40 + ((gpu * 3 + moment) % 20),
      powerWatts: 110 + ((gpu * 17 + moment * 5) % 90),
      memoryUsedMiB: 21_000 + gpu * 1000,
      migDevices: Array.from({ length: 7 }, (_each, index) =>
        fakeSlice(gpu, index, { memoryUsedMiB: 9 + ((gpu + index + moment) % 5) * 1900 }),
      ),
    }),
  );
}

export const fakeHistory = (): GpuHistorySample[] =>
  Array.from({ length: 90 }, (_, index) => ({
    at: ago((90 - index) * 10),
    memoryUsedMiB: index < 30 ? 900 : Math.min(23_410, 900 + (index - 30) * 3_000),
    utilizationPercent: index < 40 ? 0 : 30 + 20 * Math.sin(index / 4),
    temperatureCelsius: 35 + Math.min(17, index / 4),
    powerWatts: index < 40 ? 71 : 300 + 30 * Math.sin(index / 3),
  }));

export const fakePlan = (changes: Partial<MigPlan> = {}): MigPlan => ({
  card: {
    key: 'H100-80',
    name: 'H100 80GB',
    computeSlices: 7,
    memorySlots: 8,
    minDriver: '525.85.12',
    isResetNeeded: false,
    profiles: [
      ['1g.10gb', 1, 9.75, 7, [0, 1, 2, 3, 4, 5, 6], 1],
      ['2g.20gb', 2, 19.62, 3, [0, 2, 4], 2],
      ['3g.40gb', 3, 39.5, 2, [0, 4], 4],
      ['7g.80gb', 7, 79.25, 1, [0], 8],
    ].map(([name, computeSlices, memoryGiB, maxInstances, starts, size]) => ({
      name: String(name),
      computeSlices: Number(computeSlices),
      memoryGiB: Number(memoryGiB),
      maxInstances: Number(maxInstances),
      placements: { starts: Array.isArray(starts) ? starts : [], size: Number(size) },
    })),
  },
  gpuIndex: 0,
  isMigEnabled: true,
  present: [
    { profile: '1g.10gb', start: 0, size: 1 },
    { profile: '2g.20gb', start: 2, size: 2 },
    { profile: '3g.40gb', start: 4, size: 4 },
  ],
  wanted: ['3g.40gb', '3g.40gb'],
  layouts: [
    {
      instances: [
        { profile: '3g.40gb', start: 0, size: 4 },
        { profile: '3g.40gb', start: 4, size: 4 },
      ],
      roomFor: [],
    },
  ],
  chosen: 0,
  commands: [
    { command: 'sudo nvidia-smi mig -i 0 -cgi 9:0,9:4 -C', why: 'Makes the slices at these places.' },
    { command: 'nvidia-smi -L', why: 'Lists the slices with the UUIDs by which a container is given one.' },
  ],
  undo: [{ command: 'sudo nvidia-smi -i 0 -mig 0', why: 'Turns MIG off.' }],
  warnings: ['Slices vanish at a reboot and at a reset of the card, and must be made again.'],
  ...changes,
});

function world(report: GpuReport): FakeApi {
  const fake = emptyWorld();
  fake.gpu.set(report);
  fake.gpuHistory = fakeHistory();
  fake.migPlan = fakePlan();
  fake.images.set([fakeImage('nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5')]);
  return createFakeApi(fake);
}

/** NIMs on slices of eight cards; a reading a second. */
export function manySlices(): FakeApi {
  const fake = world({ ...fakeGpuReport(slicedGpus()), tookMs: 412 });
  const { world: has } = fake;
  has.fit = fakeFit({ needMiB: 8_600 });
  has.nims.set({
    isKnown: true,
    nims: Array.from({ length: 20 }, (_, index) =>
      fakeNim(`model-${index + 1}`, {
        gpus: { kind: 'devices', ids: [`MIG-${index % 8}-${Math.floor(index / 8) * 2}`] },
        createdAt: ago(1000 - index),
        status: index === 3 ? 'starting' : 'ready',
      }),
    ),
  });
  let moment = 0;
  const next = () => {
    moment += 1;
    has.gpu.set({ ...fakeGpuReport(slicedGpus(moment)), tookMs: 400 + (moment % 30) });
    setTimeout(next, 1_000);
  };
  setTimeout(next, 1_000);
  return fake;
}

/** Two whole cards that one NIM is spread over, beside another program; a third card is lost. */
export function sharedAndLost(): FakeApi {
  const uuids = ['GPU-a', 'GPU-b'];
  const fake = world({
    ...fakeGpuReport(
      uuids.map((uuid, index) =>
        fakeGpu({ index, uuid, memoryUsedMiB: 52_000 + index * 9_000, utilizationPercent: 63 + index }),
      ),
    ),
    lost: [{ index: 2, name: 'NVIDIA H100 80GB HBM3', uuid: 'GPU-c', memoryTotalMiB: 81_559, lastSeenAt: ago(130) }],
    failure: { code: 'GPU_LOST', message: 'The driver has lost a GPU.' },
    tookMs: 230,
  });
  const { world: has } = fake;
  const spread = fakeNim('llama-3.3-70b-instruct', { gpus: { kind: 'devices', ids: uuids }, createdAt: ago(900) });
  const single = fakeNim('nv-embedqa-1b', { gpus: { kind: 'devices', ids: ['GPU-b'] }, createdAt: ago(800) });
  has.nims.set({
    isKnown: true,
    nims: [spread, single, fakeNim('qwen3-32b', { status: 'stopped', address: null, createdAt: ago(700) })],
  });
  has.fit = fakeFit({ needMiB: 46_500 });
  fake.api.fit.places = async () => ({
    readAt: ago(0),
    places: uuids.map((id, index) =>
      fakeFit({
        verdict: index === 0 ? 'tight' : 'does-not-fit',
        reason: index === 0 ? 'little-spare' : 'taken',
        needMiB: 26_900,
        devices: [fakeFitDevice({ id, totalMiB: 81_559, takenMiB: 52_000 + index * 9_000 })],
        stop: index === 0 ? [] : [{ nims: [{ id: single.id, name: single.name, memoryMiB: 8_100, isIdle: true }] }],
      }),
    ),
  });
  const holder = (gpuIndex: number, pid: number, memoryMiB: number, nim: { id: string; name: string } | null) => ({
    gpuIndex,
    pid,
    processName: nim === null ? '/usr/bin/blender' : 'python3',
    memoryMiB,
    nim,
  });
  const owner = { id: idOf(spread.name), name: spread.name };
  has.holders = [
    holder(0, 4100, 46_200, owner),
    holder(1, 4101, 46_200, owner),
    holder(1, 5100, 8_100, { id: idOf(single.name), name: single.name }),
    holder(0, 2200, 2_900, null),
  ];
  return fake;
}

/** A DGX Spark. */
export const unified = (): FakeApi =>
  world(
    fakeGpuReport([
      fakeGpu({
        name: 'NVIDIA GB10',
        memoryTotalMiB: 122_502,
        memoryUsedMiB: 48_200,
        isMemoryShared: true,
        migEnabled: null,
        utilizationPercent: 12,
        powerWatts: 31,
      }),
    ]),
  );

export const brokenDriver = (): FakeApi => {
  const fake = world({
    readAt: ago(0),
    gpus: [],
    failure: {
      code: 'DRIVER_LIBRARY_MISMATCH',
      message: 'Failed to initialize NVML: Driver/library version mismatch; NVML library version: 595.58',
    },
  });
  fake.world.doctor.set(brokenDriverReport());
  return fake;
};

export const withoutGpu = (): FakeApi =>
  world({ readAt: ago(0), gpus: [], failure: { code: 'NVIDIA_SMI_MISSING', message: '' } });
