import { type MachineFacts, type PlacedGpu, profileOf, type SliceProfile } from './boards.ts';
import type { GpuState } from './state.ts';

/** `-L` */
export function listLines(gpus: readonly GpuState[]): string[] {
  return gpus.flatMap(({ index, facts: { board, uuid, slices } }) => [
    `GPU ${index}: ${board.name} (UUID: ${uuid})`,
    ...slices.map(
      (slice, number) => `  MIG ${slice.profile.padEnd(12)}Device ${String(number).padStart(2)}: (UUID: ${slice.uuid})`,
    ),
  ]);
}

/** `--version` */
export function versionLines({ driverVersion, cudaVersion }: { driverVersion: string; cudaVersion: string }): string[] {
  return [
    `NVIDIA-SMI version  : ${driverVersion}`,
    `NVML version        : ${driverVersion.split('.').slice(0, 2).join('.')}`,
    `DRIVER version      : ${driverVersion}`,
    `CUDA Version        : ${cudaVersion}`,
  ];
}

/** `topo -m`, with the escape codes that it prints into a pipe, too. */
export function topologyLines(gpus: readonly GpuState[], { processors }: MachineFacts): string[] {
  const header = [...gpus.map(({ index }) => `GPU${index}`), 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID'].join('\t');
  return [
    `\t\u001b[4m${header}\u001b[0m`,
    ...gpus.map(
      ({ index }) =>
        `GPU${index}\t${gpus.map((other) => (other.index === index ? ' X ' : 'SYS')).join('\t')}\t0-${processors - 1}\t0\t\tN/A`,
    ),
    '',
    'Legend:',
    '',
    '  X    = Self',
    '  SYS  = Connection traversing PCIe as well as the SMP interconnect between NUMA nodes (e.g., QPI/UPI)',
    '  NODE = Connection traversing PCIe as well as the interconnect between PCIe Host Bridges within a NUMA node',
    '  PHB  = Connection traversing PCIe as well as a PCIe Host Bridge (typically the CPU)',
    '  PXB  = Connection traversing multiple PCIe bridges (without traversing the PCIe Host Bridge)',
    '  PIX  = Connection traversing at most a single PCIe bridge',
    '  NV#  = Connection traversing a bonded set of # NVLinks',
  ];
}

const framed = (
  width: number,
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] => {
  const rule = `+${'-'.repeat(width)}+`;
  return [
    rule,
    `| ${title.padEnd(width - 1)}|`,
    ...head.map((line) => `|${line.padEnd(width)}|`),
    `|${'='.repeat(width)}|`,
    ...rows.flatMap((lines) => [...lines.map((line) => `|${line}|`), rule]),
  ];
};

/** `mig -lgi`; null where nothing is in MIG mode. */
export function instanceLines(gpus: readonly GpuState[]): string[] | null {
  const rows = gpus.flatMap(({ index, facts: { board, slices } }) =>
    slices.map(({ profile: name, gi, start }) => {
      const profile = profileOf(board, name);
      const place = `${start}:${profile.slots}`;
      return [
        `${String(index).padStart(4)}  MIG ${name.padEnd(11)}${String(profile.id).padStart(4)}${String(gi).padStart(9)}${place.padStart(13)}     `,
      ];
    }),
  );
  const head = [
    ' GPU   Name          Profile  Instance   Placement  ',
    '                       ID       ID       Start:Size ',
  ];
  return rows.length === 0 ? null : framed(52, 'GPU instances:', head, rows);
}

/** `mig -lci` */
export function computeInstanceLines(gpus: readonly GpuState[]): string[] | null {
  const rows = gpus.flatMap(({ index, facts: { board, slices } }) =>
    slices.map(({ profile: name, gi }) => {
      const { computeSlices } = profileOf(board, name);
      const id = { 7: 4 }[computeSlices] ?? computeSlices - 1;
      return [
        `${String(index).padStart(4)}${String(gi).padStart(7)}       MIG ${name.padEnd(14)}${String(id).padStart(4)}${'0'.padStart(10)}${`0:${computeSlices}`.padStart(13)}     `,
      ];
    }),
  );
  const head = [
    ' GPU     GPU       Name             Profile   Instance   Placement  ',
    '       Instance                       ID        ID       Start:Size ',
    '         ID                                                         ',
  ];
  return rows.length === 0 ? null : framed(68, 'Compute instances:', head, rows);
}

/** `mig -lgip`; null where no board can do MIG. */
export function profileLines(gpus: readonly GpuState[]): string[] | null {
  const rows = gpus.flatMap(({ index, facts }) =>
    facts.board.slices.map((profile) => {
      const [copy, decoder, encoder, jpeg, flow] = profile.engines;
      return [
        `${String(index).padStart(4)}  MIG ${profile.name.padEnd(14)}${String(profile.id).padStart(2)}     ${freeInstances(facts, profile)}/${profile.most}` +
          `        ${profile.memoryGiB.toFixed(2).padEnd(11)}No     ${String(profile.multiprocessors).padEnd(7)}${String(decoder).padEnd(6)}${String(encoder).padEnd(4)}`,
        `${' '.repeat(61)}${String(copy).padEnd(6)}${String(jpeg).padEnd(6)}${String(flow).padEnd(4)}`,
      ];
    }),
  );
  const head = [
    ' GPU   Name             ID    Instances   Memory     P2P    SM    DEC   ENC  ',
    '                              Free/Total   GiB              CE    JPEG  OFA  ',
  ];
  return rows.length === 0 ? null : framed(77, 'GPU instance profiles:', head, rows);
}

/** `mig -lgipp` */
export function placementLines(gpus: readonly GpuState[]): string[] | null {
  const lines = gpus.flatMap(({ index, facts: { board } }) =>
    board.slices.map(({ id, starts, slots }) => {
      const word = starts.length === 1 ? 'Placement ' : 'Placements';
      return `GPU ${String(index).padStart(2)} Profile ID ${String(id).padStart(2)} ${word}: {${starts.join(',')}}:${slots}`;
    }),
  );
  return lines.length === 0 ? null : lines;
}

/** How many more of this kind fit beside what is there. */
function freeInstances({ board, slices }: PlacedGpu, profile: SliceProfile): number {
  const taken = new Set(slices.flatMap(({ profile: name, start }) => slotsFrom(start, profileOf(board, name).slots)));
  const existing = slices.filter(({ profile: name }) => name === profile.name).length;
  let free = 0;
  for (const start of profile.starts) {
    const slots = slotsFrom(start, profile.slots);
    if (slots.some((slot) => taken.has(slot))) continue;
    for (const slot of slots) taken.add(slot);
    free += 1;
  }
  return Math.max(0, Math.min(free, profile.most - existing));
}

const slotsFrom = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i);
