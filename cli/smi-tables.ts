import type { SavedGpu, SmiOutput } from '../core/gpu/saved-output.ts';
import { errorCatalog } from '../shared/errors.ts';
import { formatMemory } from '../shared/format.ts';
import type { Printer } from './print.ts';

const memory = (mebibytes: number | null): string => (mebibytes === null ? '–' : formatMemory(mebibytes));
const text = (value: number | string | null): string => (value === null ? '–' : String(value));
const mig = { true: 'on', false: 'off', null: '–' } as const;

/** What a saved output says, for people; nothing with `--json`. */
export function printSmiOutput(output: SmiOutput, print: Printer): void {
  switch (output.format) {
    case 'xml':
    case 'list':
    case 'q-text':
    case 'table':
    case 'query-gpu-csv':
      print.table(['GPU', 'NAME', 'MEMORY', 'DRIVER', 'CUDA', 'MIG', 'UUID'], output.gpus.flatMap(gpuRows));
      break;
    case 'compute-apps-csv':
      print.table(
        ['PID', 'PROCESS', 'MEMORY', 'GPU'],
        output.apps.map((app) => [text(app.pid), text(app.processName), memory(app.usedMemoryMiB), text(app.gpuUuid)]),
      );
      break;
    case 'mig-lgi':
      print.table(
        ['GPU', 'SLICE', 'PROFILE', 'GI', 'PLACE'],
        output.instances.map(({ gpu, name, profileId, gi, start, size }) => [
          text(gpu),
          name,
          text(profileId),
          text(gi),
          `${start}:${size}`,
        ]),
      );
      break;
    case 'mig-lci':
      print.table(
        ['GPU', 'GI', 'SLICE', 'PROFILE', 'CI', 'PLACE'],
        output.instances.map(({ gpu, gi, name, profileId, ci, start, size }) => [
          text(gpu),
          text(gi),
          name,
          text(profileId),
          text(ci),
          start === null ? '–' : `${start}:${size}`,
        ]),
      );
      break;
    case 'mig-lgip':
      print.table(
        ['GPU', 'SLICE', 'PROFILE', 'FREE', 'OF', 'MEMORY', 'SM'],
        output.profiles.map(({ gpu, name, id, free, total, memoryGiB, sm }) => [
          text(gpu),
          name,
          text(id),
          text(free),
          text(total),
          `${memoryGiB} GiB`,
          text(sm),
        ]),
      );
      break;
    case 'mig-lgipp':
      print.table(
        ['GPU', 'PROFILE', 'STARTS', 'SLOTS'],
        output.placements.map(({ gpu, id, starts, size }) => [text(gpu), text(id), starts.join(', '), text(size)]),
      );
      break;
    case 'topo':
      print.table(
        ['GPU', 'CPU AFFINITY'],
        output.gpusInMatrix.map((gpu) => [gpu, output.cpuAffinity[gpu] ?? '–']),
      );
      break;
    case 'version':
      print.line(`Driver ${text(output.driverVersion)}, CUDA ${text(output.cudaVersion)}`);
      break;
    case 'stdout': {
      const { code, evidence } = output.problem;
      const { title, remedy } = errorCatalog[code];
      print.line(`${title}. ${remedy}`);
      if (evidence !== '') print.line(`It says: ${evidence}`);
      break;
    }
  }
}

function gpuRows({ index, name, memoryTotalMiB, driverVersion, cudaVersion, migEnabled, uuid, migDevices }: SavedGpu) {
  return [
    [
      text(index),
      text(name),
      memory(memoryTotalMiB),
      text(driverVersion),
      text(cudaVersion),
      mig[`${migEnabled}`],
      text(uuid),
    ],
    ...(migDevices ?? []).map((slice) => [
      '',
      `MIG ${slice.profile ?? `GI ${text(slice.gi)} CI ${text(slice.ci)}`}`,
      memory(slice.memoryTotalMiB),
      '',
      '',
      '',
      text(slice.uuid),
    ]),
  ];
}
