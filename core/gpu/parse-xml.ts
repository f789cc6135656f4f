import { SaxesParser } from 'saxes';
import type { GpuDevice, MigDevice } from '../../shared/contract/gpu.ts';
import { AppError } from '../../shared/errors.ts';
import { type SmiProcess, toProcess } from './parse-processes.ts';
import { amountOf, integerOf, migEnabledOf, numberOf, textOf, versionPairOf } from './values.ts';

/** Eight GPUs are 210 KB; what is larger than this is not from nvidia-smi. */
export const maxCharacters = 10 * 1024 * 1024;

/** Real reports go down to seven. */
const deepest = 32;

export interface XmlReport {
  gpus: GpuDevice[];
  /** A board fell off the bus: whole sections read so (gpu facts 1.3). */
  hasLostGpu: boolean;
  /** Of those the ones that still have a UUID. */
  lostUuids: string[];
  /** Who is in their memory now, in the report's order. */
  processes: SmiProcess[];
}

type Fields = Map<string, string>;
interface RawGpu {
  fields: Fields;
  migDevices: Fields[];
  processes: Fields[];
}

const gpuPath = 'nvidia_smi_log/gpu/';
const migPath = `${gpuPath}mig_devices/mig_device/`;
const processPath = `${gpuPath}processes/process_info/`;

const closing = '</nvidia_smi_log>';

/** Where the report begins; -1 where there is none. */
export function xmlStart(text: string): number {
  return text.search(/<\?xml|<!DOCTYPE nvidia_smi_log|<nvidia_smi_log/);
}

/** `nvidia-smi -q -x`. Text before the XML (warnings about a broken board) is skipped. Throws GPU_OUTPUT_UNREADABLE. */
export function parseXml(text: string): XmlReport {
  const start = xmlStart(text);
  if (start < 0 || text.length > maxCharacters) {
    throw unreadable(start < 0 ? 'There is no nvidia_smi_log in it.' : 'It is larger than 10 MB.');
  }
  // A prompt or, with `--loop`, the next report may follow.
  const end = text.indexOf(closing, start);
  const { log, gpus } = readElements(text.slice(start, end < 0 ? undefined : end + closing.length));
  const driverVersion = textOf(log.get('driver_version'));
  const cudaVersion = versionPairOf(log.get('cuda_version'));
  const lost = gpus.filter(({ fields }) => [...fields.values()].some((value) => value.trim() === 'GPU is lost'));
  return {
    gpus: gpus.map((gpu, index) => toDevice(gpu, index, driverVersion, cudaVersion)),
    hasLostGpu: lost.length > 0,
    lostUuids: lost.flatMap(({ fields }) => textOf(fields.get('uuid')) ?? []),
    processes: gpus.flatMap(({ fields, processes }) =>
      processes.flatMap((each) => toProcess(textOf(fields.get('uuid')), each) ?? []),
    ),
  };
}

function readElements(xml: string): { log: Fields; gpus: RawGpu[] } {
  const log: Fields = new Map();
  const gpus: RawGpu[] = [];
  const names: string[] = [];
  let content = '';

  const parser = new SaxesParser();
  // Without a handler saxes throws out of write(), which is the same thing with less to say.
  parser.on('error', (error) => {
    throw unreadable(error.message);
  });
  parser.on('opentag', ({ name }) => {
    names.push(name);
    if (names.length > deepest) throw unreadable('Its elements lie too deep in each other.');
    content = '';
    const path = names.join('/');
    if (path === 'nvidia_smi_log/gpu') gpus.push({ fields: new Map(), migDevices: [], processes: [] });
    else if (path === migPath.slice(0, -1)) gpus.at(-1)?.migDevices.push(new Map());
    else if (path === processPath.slice(0, -1)) gpus.at(-1)?.processes.push(new Map());
  });
  parser.on('text', (piece) => {
    content += piece;
  });
  parser.on('closetag', () => {
    const path = names.join('/');
    names.pop();
    const gpu = gpus.at(-1);
    // Of equal names the first counts.
    if (path.startsWith(migPath)) keepFirst(gpu?.migDevices.at(-1), path.slice(migPath.length), content);
    else if (path.startsWith(processPath)) keepFirst(gpu?.processes.at(-1), path.slice(processPath.length), content);
    else if (path.startsWith(gpuPath)) keepFirst(gpu?.fields, path.slice(gpuPath.length), content);
    else keepFirst(log, path.slice('nvidia_smi_log/'.length), content);
    content = '';
  });
  parser.write(xml).close();
  return { log, gpus };
}

function keepFirst(fields: Fields | undefined, name: string, value: string): void {
  if (fields !== undefined && !fields.has(name)) fields.set(name, value);
}

/** Index is the place in the document: it equals NVML's, `minor_number` does not always (gpu facts 1.3). */
function toDevice(
  { fields, migDevices }: RawGpu,
  index: number,
  driverVersion: string | null,
  cudaVersion: string | null,
): GpuDevice {
  return {
    index,
    name: textOf(fields.get('product_name')),
    uuid: textOf(fields.get('uuid')),
    driverVersion,
    cudaVersion,
    computeCapability: null,
    memoryTotalMiB: amountOf(fields.get('fb_memory_usage/total')),
    memoryUsedMiB: amountOf(fields.get('fb_memory_usage/used')),
    isMemoryShared: false,
    utilizationPercent: numberOf(fields.get('utilization/gpu_util')),
    temperatureCelsius: numberOf(fields.get('temperature/gpu_temp')),
    powerWatts: firstNumber(fields, [
      'gpu_power_readings/instant_power_draw',
      'gpu_power_readings/power_draw',
      'power_readings/power_draw',
      'gpu_power_readings/average_power_draw',
    ]),
    migEnabled: migEnabledOf(fields.get('mig_mode/current_mig')),
    ...pendingMig(fields),
    migDevices: migDevices.map(toMigDevice),
  };
}

/** Only where a change still waits for a reset (gpu facts 1.4). */
function pendingMig(fields: Fields): Pick<GpuDevice, 'migPending'> {
  const pending = migEnabledOf(fields.get('mig_mode/pending_mig'));
  return pending === null || pending === migEnabledOf(fields.get('mig_mode/current_mig'))
    ? {}
    : { migPending: pending };
}

// The names by driver: gpu facts 1.3. Never branch on a version; take the first that is there and says something.
function firstNumber(fields: Fields, names: string[]): number | null {
  for (const name of names) {
    const value = numberOf(fields.get(name));
    if (value !== null) return value;
  }
  return null;
}

function toMigDevice(fields: Fields): MigDevice {
  return {
    index: integerOf(fields.get('index')),
    gi: integerOf(fields.get('gpu_instance_id')),
    ci: integerOf(fields.get('compute_instance_id')),
    uuid: null,
    profile: null,
    memoryTotalMiB: amountOf(fields.get('fb_memory_usage/total')),
    memoryUsedMiB: amountOf(fields.get('fb_memory_usage/used')),
  };
}

function unreadable(why: string): AppError {
  return new AppError('GPU_OUTPUT_UNREADABLE', `The XML of nvidia-smi could not be read. ${why}`);
}
