export const machineIds = [
  'rtx-4090',
  'two-rtx-6000-ada',
  'h100-mig-7',
  'a100-mig-mixed',
  'eight-h100-mig-7',
  'gb10',
  'none',
  'driver-broken',
] as const;

export type MachineId = (typeof machineIds)[number];

/** A kind of slice, as `nvidia-smi mig -lgip` lists it. */
export interface SliceProfile {
  readonly name: string;
  readonly id: number;
  readonly computeSlices: number;
  readonly memoryGiB: number;
  readonly multiprocessors: number;
  readonly most: number;
  /** First memory slots it may have, and how many it takes. */
  readonly starts: readonly number[];
  readonly slots: number;
  /** Copy, decoder, encoder, JPEG, optical flow. */
  readonly engines: readonly [ce: number, dec: number, enc: number, jpeg: number, ofa: number];
  readonly bar1MiB: number;
}

export interface Board {
  readonly name: string;
  readonly brand: string;
  readonly architecture: string;
  readonly computeCapability: string;
  readonly isUnified: boolean;
  readonly isDataCentre: boolean;
  readonly driverVersion: string;
  readonly cudaVersion: string;
  readonly pci: {
    readonly device: string;
    readonly subsystem: string;
    readonly generation: number;
    readonly subClass: number;
  };
  readonly vbios: string;
  readonly partNumber: string;
  readonly boardPartNumber: string;
  readonly imageVersion: string;
  readonly hasEcc: boolean;
  /** The total that nvidia-smi reports; of a unified board, the system's. `idle` is what is used with nothing running. */
  readonly memory: {
    readonly totalMiB: number;
    readonly reservedMiB: number;
    readonly idleMiB: number;
    readonly bar1MiB: number;
  };
  /** `loaded`: a model is in memory and nobody asks it. */
  readonly power: {
    readonly idle: number;
    readonly loaded: number;
    readonly busy: number;
    readonly min: number;
    readonly limit: number | null;
    readonly max: number;
  };
  readonly celsius: {
    readonly idle: number;
    readonly busy: number;
    readonly target: number | null;
    readonly limit: number;
  };
  readonly clocks: {
    readonly idle: readonly [graphics: number, memory: number, video: number];
    readonly max: readonly [graphics: number, memory: number, video: number];
    /** Every memory clock, highest first, for `<supported_clocks>`. */
    readonly memory: readonly number[];
    readonly step: number;
  };
  readonly hasFan: boolean;
  readonly slices: readonly SliceProfile[];
}

export interface PlacedSlice {
  readonly uuid: string;
  readonly profile: string;
  readonly gi: number;
  readonly start: number;
}

export interface PlacedGpu {
  readonly board: Board;
  readonly uuid: string;
  readonly busId: string;
  readonly slices: readonly PlacedSlice[];
  /** A desktop's own processes on the card. */
  readonly desktop: readonly { pid: number; type: 'G' | 'C+G'; name: string; memoryMiB: number }[];
}

export interface MachineFacts {
  readonly title: string;
  /** `no-program`: nothing of NVIDIA is installed. `mismatch`: the driver was renewed and not loaded again. */
  readonly state: 'works' | 'no-program' | 'mismatch';
  readonly gpus: readonly PlacedGpu[];
  readonly processors: number;
  readonly systemMemoryMiB: number;
}

// Numbers: captures of these very boards where there are (RTX 4090 under R535, A100 and H100 with slices, GB10), else of
// their nearest relative (RTX 6000 Ada: L40S). Totals in MiB, ids and architectures: gpu facts 4.
const driver = { driverVersion: '595.58.03', cudaVersion: '13.2' };

const rtx4090: Board = {
  ...driver,
  name: 'NVIDIA GeForce RTX 4090',
  brand: 'GeForce',
  architecture: 'Ada Lovelace',
  computeCapability: '8.9',
  isUnified: false,
  isDataCentre: false,
  pci: { device: '2684', subsystem: '40BF1458', generation: 4, subClass: 0 },
  vbios: '95.02.18.80.5F',
  partNumber: '2684-300-A1',
  boardPartNumber: 'N/A',
  imageVersion: 'G002.0000.00.03',
  hasEcc: false,
  memory: { totalMiB: 24564, reservedMiB: 434, idleMiB: 2, bar1MiB: 32768 },
  power: { idle: 22, loaded: 58, busy: 338, min: 10, limit: 450, max: 600 },
  celsius: { idle: 38, busy: 67, target: 84, limit: 90 },
  clocks: { idle: [210, 405, 1185], max: [3120, 10501, 2415], memory: [10501, 10251, 5001, 810, 405], step: 15 },
  hasFan: true,
  slices: [],
};

const rtx6000Ada: Board = {
  ...rtx4090,
  name: 'NVIDIA RTX 6000 Ada Generation',
  brand: 'NVIDIA RTX',
  pci: { device: '26B1', subsystem: '16A110DE', generation: 4, subClass: 0 },
  vbios: '95.02.47.00.02',
  partNumber: '26B1-870-A1',
  boardPartNumber: '900-5G133-0550-000',
  imageVersion: 'G133.0500.00.05',
  memory: { totalMiB: 49140, reservedMiB: 609, idleMiB: 3, bar1MiB: 65536 },
  power: { idle: 24, loaded: 62, busy: 271, min: 100, limit: 300, max: 300 },
  celsius: { idle: 33, busy: 74, target: 84, limit: 92 },
  clocks: { idle: [210, 405, 1185], max: [3105, 10001, 2415], memory: [10001, 9501, 5001, 810, 405], step: 15 },
};

const hopper80: readonly SliceProfile[] = sevenSlices([
  ['1g.10gb', 9.75, 16, [1, 1, 0, 1, 0], 6184],
  ['1g.10gb+me', 9.75, 16, [1, 1, 0, 1, 1], 6184],
  ['1g.20gb', 19.62, 26, [1, 1, 0, 1, 0], 12369],
  ['2g.20gb', 19.62, 32, [2, 2, 0, 2, 0], 12369],
  ['3g.40gb', 39.5, 60, [3, 3, 0, 3, 0], 24739],
  ['4g.40gb', 39.5, 64, [4, 4, 0, 4, 0], 24739],
  ['7g.80gb', 79.25, 132, [8, 7, 0, 7, 1], 49478],
]);

const ampere80: readonly SliceProfile[] = sevenSlices([
  ['1g.10gb', 9.5, 14, [1, 0, 0, 0, 0], 16383],
  ['1g.10gb+me', 9.5, 14, [1, 1, 0, 1, 1], 16383],
  ['1g.20gb', 19.5, 14, [1, 1, 0, 0, 0], 32767],
  ['2g.20gb', 19.5, 28, [2, 1, 0, 0, 0], 32767],
  ['3g.40gb', 39.5, 42, [3, 2, 0, 0, 0], 65535],
  ['4g.40gb', 39.5, 56, [4, 2, 0, 0, 0], 65535],
  ['7g.80gb', 79.25, 98, [7, 5, 0, 1, 1], 131071],
]);

const h100: Board = {
  ...driver,
  name: 'NVIDIA H100 80GB HBM3',
  brand: 'NVIDIA',
  architecture: 'Hopper',
  computeCapability: '9.0',
  isUnified: false,
  isDataCentre: true,
  pci: { device: '2330', subsystem: '16C110DE', generation: 5, subClass: 2 },
  vbios: '96.00.A5.00.01',
  partNumber: '2330-885-A1',
  boardPartNumber: '692-2G520-0200-000',
  imageVersion: 'G520.0200.00.05',
  hasEcc: true,
  memory: { totalMiB: 81559, reservedMiB: 479, idleMiB: 0, bar1MiB: 131072 },
  power: { idle: 71, loaded: 118, busy: 610, min: 200, limit: 700, max: 700 },
  celsius: { idle: 34, busy: 66, target: null, limit: 87 },
  clocks: { idle: [345, 2619, 765], max: [1980, 2619, 1545], memory: [2619, 1593], step: 15 },
  hasFan: false,
  slices: hopper80,
};

const a100: Board = {
  ...h100,
  name: 'NVIDIA A100-SXM4-80GB',
  architecture: 'Ampere',
  computeCapability: '8.0',
  pci: { device: '20B2', subsystem: '147F10DE', generation: 4, subClass: 2 },
  vbios: '92.00.36.00.02',
  partNumber: '20B2-895-A1',
  boardPartNumber: '692-2G506-0212-002',
  imageVersion: 'G506.0212.00.01',
  memory: { totalMiB: 81920, reservedMiB: 869, idleMiB: 0, bar1MiB: 131072 },
  power: { idle: 67, loaded: 96, busy: 382, min: 100, limit: 400, max: 400 },
  celsius: { idle: 29, busy: 61, target: null, limit: 85 },
  clocks: { idle: [1275, 1593, 1275], max: [1410, 1593, 1290], memory: [1593], step: 15 },
  slices: ampere80,
};

const gb10: Board = {
  ...rtx4090,
  driverVersion: '580.126.09',
  cudaVersion: '13.0',
  name: 'NVIDIA GB10',
  brand: 'NVIDIA',
  architecture: 'Blackwell',
  computeCapability: '12.1',
  isUnified: true,
  pci: { device: '2E12', subsystem: '000010DE', generation: 5, subClass: 2 },
  vbios: '9A.0B.22.00.00',
  partNumber: 'N/A',
  imageVersion: 'N/A',
  memory: { totalMiB: 122_502, reservedMiB: 0, idleMiB: 0, bar1MiB: 0 },
  power: { idle: 3.2, loaded: 11.2, busy: 78, min: 0, limit: null, max: 0 },
  celsius: { idle: 36, busy: 69, target: null, limit: 90 },
  clocks: { idle: [208, 0, 598], max: [3003, 0, 3003], memory: [], step: 15 },
  hasFan: false,
};

const gpu = (board: Board, uuid: string, busId: string): PlacedGpu => ({ board, uuid, busId, slices: [], desktop: [] });

export const machineFacts: Readonly<Record<MachineId, MachineFacts>> = {
  'rtx-4090': {
    title: 'Workstation with a GeForce RTX 4090 (24 GB)',
    state: 'works',
    gpus: [
      {
        ...gpu(rtx4090, 'GPU-40900000-5a1d-4c0e-9b7a-000000000001', '00000000:01:00.0'),
        desktop: [
          { pid: 2165, type: 'G', name: '/usr/lib/xorg/Xorg', memoryMiB: 214 },
          { pid: 2496, type: 'G', name: '/usr/bin/gnome-shell', memoryMiB: 96 },
        ],
      },
    ],
    processors: 32,
    systemMemoryMiB: 64_218,
  },
  'two-rtx-6000-ada': {
    title: 'Workstation with two RTX 6000 Ada (48 GB each)',
    state: 'works',
    gpus: [
      gpu(rtx6000Ada, 'GPU-6000ada0-5a1d-4c0e-9b7a-000000000001', '00000000:41:00.0'),
      gpu(rtx6000Ada, 'GPU-6000ada0-5a1d-4c0e-9b7a-000000000002', '00000000:C1:00.0'),
    ],
    processors: 64,
    systemMemoryMiB: 257_664,
  },
  'h100-mig-7': {
    title: 'Server with an H100 cut into seven slices (10 GB each)',
    state: 'works',
    gpus: [inSeven(1, '00000000:53:00.0')],
    processors: 104,
    systemMemoryMiB: 1_031_726,
  },
  'a100-mig-mixed': {
    title: 'Server with an A100 cut into a 40 GB, a 20 GB and two 10 GB slices',
    state: 'works',
    gpus: [
      {
        ...gpu(a100, 'GPU-a1000080-5a1d-4c0e-9b7a-000000000001', '00000000:07:00.0'),
        // Instances and places as a real driver gives them for `-cgi 9,14,19,19`.
        slices: [
          { uuid: 'MIG-a1000080-5a1d-5c0e-9b7a-000000000001', profile: '3g.40gb', gi: 2, start: 4 },
          { uuid: 'MIG-a1000080-5a1d-5c0e-9b7a-000000000002', profile: '2g.20gb', gi: 4, start: 2 },
          { uuid: 'MIG-a1000080-5a1d-5c0e-9b7a-000000000003', profile: '1g.10gb', gi: 7, start: 0 },
          { uuid: 'MIG-a1000080-5a1d-5c0e-9b7a-000000000004', profile: '1g.10gb', gi: 8, start: 1 },
        ],
      },
    ],
    processors: 128,
    systemMemoryMiB: 1_031_726,
  },
  'eight-h100-mig-7': {
    title: 'Server with eight H100, each cut into seven slices (10 GB each)',
    state: 'works',
    gpus: ['18', '2A', '3A', '5D', '9A', 'AB', 'BA', 'DB'].map((bus, index) =>
      inSeven(index + 1, `00000000:${bus}:00.0`),
    ),
    processors: 208,
    systemMemoryMiB: 2_063_452,
  },
  gb10: {
    title: 'DGX Spark: a GB10 that shares 128 GB with the system',
    state: 'works',
    gpus: [gpu(gb10, 'GPU-0b100000-5a1d-4c0e-9b7a-000000000001', '0000000F:01:00.0')],
    processors: 20,
    systemMemoryMiB: gb10.memory.totalMiB,
  },
  none: {
    title: 'Laptop without an NVIDIA GPU',
    state: 'no-program',
    gpus: [],
    processors: 8,
    systemMemoryMiB: 15_738,
  },
  'driver-broken': {
    title: 'Workstation whose driver was renewed and not loaded again',
    state: 'mismatch',
    gpus: [],
    processors: 32,
    systemMemoryMiB: 64_218,
  },
};

/** An H100 in seven equal slices. @param number of the card, from 1 on */
function inSeven(number: number, busId: string): PlacedGpu {
  return {
    ...gpu(h100, `GPU-b1000080-5a1d-4c0e-9b7a-00000000000${number}`, busId),
    slices: [7, 8, 9, 10, 11, 12, 13].map((gi, start) => ({
      uuid: `MIG-b1000080-5a1d-5c0e-9b7a-0000000000${number - 1}${start + 1}`,
      profile: '1g.10gb',
      gi,
      start,
    })),
  };
}

/** Ids and places are the same on every part with seven slices (gpu facts 3.4). */
function sevenSlices(
  rows: readonly (readonly [string, number, number, SliceProfile['engines'], number])[],
): SliceProfile[] {
  const shapes = [
    [19, 1, 7, [0, 1, 2, 3, 4, 5, 6], 1],
    [20, 1, 1, [0, 1, 2, 3, 4, 5, 6], 1],
    [15, 1, 4, [0, 2, 4, 6], 2],
    [14, 2, 3, [0, 2, 4], 2],
    [9, 3, 2, [0, 4], 4],
    [5, 4, 1, [0], 4],
    [0, 7, 1, [0], 8],
  ] as const;
  return rows.map(([name, memoryGiB, multiprocessors, engines, bar1MiB], row) => {
    const [id, computeSlices, most, starts, slots] = shapes[row] ?? shapes[0];
    return { name, id, computeSlices, memoryGiB, multiprocessors, most, starts, slots, engines, bar1MiB };
  });
}

export function profileOf(board: Board, name: string): SliceProfile {
  const found = board.slices.find((profile) => profile.name === name);
  if (found === undefined) throw new Error(`${board.name} has no slices of ${name}.`);
  return found;
}

/** `-lgip` cuts after two digits what the driver counts in steps of 64 MiB (19.62 GiB are 20096 MiB). */
export function sliceMemoryMiB(profile: SliceProfile): number {
  return Math.ceil((profile.memoryGiB * 1024) / 64) * 64;
}
