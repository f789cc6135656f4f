import { AppError } from '../../shared/errors.ts';
import { formatMemory } from '../../shared/format.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const memory = (mebibytes: number | null) => (mebibytes === null ? 'not known' : formatMemory(mebibytes));

export const gpusCommand: Command = {
  name: 'gpus',
  usage: 'gpus',
  summary: 'Show the GPUs and MIG slices of this machine.',
  positionals: { min: 0, max: 0 },
  async run({ print, interrupt, api }) {
    const report = await (await api()).gpu.read({}, { signal: interrupt.signal });
    print.json(report);
    if (report.failure !== null) {
      const { code, message, detail } = report.failure;
      if (print.isJson) return exitCodes.failed;
      throw new AppError(code, message, detail);
    }
    const rows = report.gpus.flatMap((gpu) => [
      [
        String(gpu.index),
        gpu.name ?? 'not known',
        memory(gpu.memoryTotalMiB),
        memory(gpu.memoryUsedMiB),
        gpu.driverVersion ?? '–',
        gpu.uuid ?? '–',
      ],
      ...gpu.migDevices.map((slice) => [
        '',
        `MIG ${slice.profile ?? `GI ${slice.gi ?? '?'}`}`,
        memory(slice.memoryTotalMiB),
        memory(slice.memoryUsedMiB),
        '',
        slice.uuid ?? '–',
      ]),
    ]);
    print.table(['GPU', 'NAME', 'MEMORY', 'USED', 'DRIVER', 'UUID'], rows);
    return exitCodes.done;
  },
};
