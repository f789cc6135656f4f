import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSmiOutput } from '../../core/gpu/read-output.ts';
import type { SmiOutput } from '../../core/gpu/saved-output.ts';
import type { GpuDevice, GpuReport, MigDevice } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError, errorCatalog, isAppError } from '../../shared/errors.ts';
import { formatMemory } from '../../shared/format.ts';
import { type Command, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Printer } from '../print.ts';
import { readSaved } from '../read-saved.ts';
import { printSmiOutput } from '../smi-tables.ts';

const memory = (mebibytes: number | null) => (mebibytes === null ? 'not known' : formatMemory(mebibytes));

export const gpusCommand: Command = {
  name: 'gpus',
  usage: 'gpus [--watch] | gpus --from FILE|FOLDER',
  summary: 'Show the GPUs and MIG slices of this machine, or of a saved output of nvidia-smi.',
  options: { from: { type: 'string' }, watch: { type: 'boolean' } },
  positionals: { min: 0, max: 0 },
  async run({ options, print, interrupt, api }) {
    const saved = textOption(options, 'from');
    if (saved !== null) {
      if (options['watch'] === true) throw new AppError('BAD_INPUT', 'What was saved does not change: no --watch.');
      return await readFrom(saved, print);
    }
    if (options['watch'] === true) return await watchGpus(await api(), print, interrupt.signal);
    const report = await (await api()).gpu.read({}, { signal: interrupt.signal });
    print.json(report);
    const rows = report.gpus.flatMap((gpu) => [
      [
        String(gpu.index),
        gpu.name ?? 'not known',
        memory(gpu.memoryTotalMiB) + (gpu.isMemoryShared ? ' of the system' : ''),
        memory(gpu.memoryUsedMiB),
        gpu.driverVersion ?? '–',
        gpu.uuid ?? '–',
      ],
      ...gpu.migDevices.map((slice) => [
        '',
        sliceName(slice),
        memory(slice.memoryTotalMiB),
        memory(slice.memoryUsedMiB),
        '',
        slice.uuid ?? '–',
      ]),
    ]);
    if (rows.length > 0) print.table(['GPU', 'NAME', 'MEMORY', 'USED', 'DRIVER', 'UUID'], rows);
    if (report.failure === null) return exitCodes.done;
    if (print.isJson) return exitCodes.failed;
    const { code, message, detail } = report.failure;
    throw new AppError(code, message, detail);
  },
};

const sliceName = ({ profile, gi }: MigDevice) => `MIG ${profile ?? `GI ${gi ?? '?'}`}`;

/** A table at each reading, until Ctrl-C; with `--json` the whole report as a line. */
async function watchGpus(api: Api, print: Printer, signal: AbortSignal): Promise<number> {
  for await (const report of api.gpu.watch({ isClose: true }, { signal })) {
    print.json(report);
    print.line(`${new Date(report.readAt).toLocaleTimeString('en-GB')}${lostText(report)}`);
    if (report.failure !== null) print.line(`${errorCatalog[report.failure.code].title}: ${report.failure.message}`);
    if (report.gpus.length > 0)
      print.table(['GPU', 'NAME', 'USED', 'MEMORY', 'BUSY', 'TEMPERATURE', 'POWER'], report.gpus.flatMap(watchRows));
    print.line('');
  }
  return exitCodes.done;
}

const lostText = ({ lost = [] }: GpuReport) =>
  lost.length === 0
    ? ''
    : `, lost: ${lost.map(({ index, name, lastSeenAt }) => `GPU ${index} (${name ?? 'unnamed'}), last seen ${lastSeenAt}`).join('; ')}`;

function watchRows(gpu: GpuDevice): string[][] {
  const { utilizationPercent: busy, temperatureCelsius: celsius, powerWatts: watts } = gpu;
  const row = [
    String(gpu.index),
    gpu.name ?? 'not known',
    memory(gpu.memoryUsedMiB),
    memory(gpu.memoryTotalMiB),
    busy === null ? (gpu.migEnabled === true ? 'not measurable' : 'not known') : `${busy} %`,
    celsius === null ? 'not known' : `${celsius} °C`,
    watts === null ? 'not known' : `${Math.round(watts)} W`,
  ];
  const slices = gpu.migDevices.map((slice) => [
    '',
    sliceName(slice),
    memory(slice.memoryUsedMiB),
    memory(slice.memoryTotalMiB),
    'not measurable',
    '',
    '',
  ]);
  return [row, ...slices];
}

/** A file, or each file of a folder for itself: nothing is merged, since nobody knows that they are of one machine. */
async function readFrom(place: string, print: Printer): Promise<number> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    // `readSaved` says it.
    () => false,
  );
  if (!isFolder) {
    const output = readSmiOutput(await readSaved(place));
    print.json(output);
    printSmiOutput(output, print);
    return isUnreadable(output) ? exitCodes.failed : exitCodes.done;
  }
  const entries = await readdir(place, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  for (const file of files.toSorted()) {
    const output = await readOneOf(place, file);
    print.json({ file, ...output });
    print.line(`${file}:`);
    printSmiOutput(output, print);
    print.line('');
  }
  if (files.length === 0) throw new AppError('BAD_INPUT', `There is no file in ${place}.`);
  return exitCodes.done;
}

/** One that cannot be opened does not keep the others from being read. */
async function readOneOf(folder: string, file: string): Promise<SmiOutput> {
  try {
    return readSmiOutput(await readSaved(join(folder, file)));
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { format: 'stdout', gpus: [], problem: { code: error.code, evidence: error.message } };
  }
}

function isUnreadable(output: SmiOutput): boolean {
  return output.format === 'stdout' && output.problem.code === 'GPU_OUTPUT_UNREADABLE';
}
