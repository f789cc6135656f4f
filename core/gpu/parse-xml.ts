import { SaxesParser } from 'saxes';
import type { GpuDevice, MigDevice } from '../../shared/contract/gpu.ts';
import { AppError } from '../../shared/errors.ts';
import { processFields, type SmiProcess, toProcess } from './parse-processes.ts';
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
  isLost: boolean;
  migDevices: Fields[];
  processes: Fields[];
}

/** An element that is read, or that holds such. */
interface Place {
  /** Whose value it is: of the report, a GPU, a slice or a process. */
  of: 'log' | 'gpu' | 'migDevice' | 'process';
  /** Its path from there; null: it has no value that is read. */
  field: string | null;
  begins: boolean;
  inner: Map<string, Place>;
}

const newPlace = (of: Place['of']): Place => ({ of, field: null, begins: false, inner: new Map() });

/** What is read of a report, as a tree of its elements: of 200 values a GPU these are a tenth. */
const root = newPlace('log');
const gpuFields = [
  'product_name',
  'uuid',
  'fb_memory_usage/total',
  'fb_memory_usage/used',
  'fb_memory_usage/reserved',
  'utilization/gpu_util',
  'temperature/gpu_temp',
  'gpu_power_readings/instant_power_draw',
  'gpu_power_readings/power_draw',
  'gpu_power_readings/average_power_draw',
  'power_readings/power_draw',
  'mig_mode/current_mig',
  'mig_mode/pending_mig',
];
const migFields = [
  'index',
  'gpu_instance_id',
  'compute_instance_id',
  'fb_memory_usage/total',
  'fb_memory_usage/used',
  'fb_memory_usage/reserved',
];
addSection('log', 'nvidia_smi_log', ['driver_version', 'cuda_version']);
addSection('gpu', 'nvidia_smi_log/gpu', gpuFields);
addSection('migDevice', 'nvidia_smi_log/gpu/mig_devices/mig_device', migFields);
addSection('process', 'nvidia_smi_log/gpu/processes/process_info', processFields);

function addSection(of: Place['of'], path: string, fields: readonly string[]): void {
  const top = placeAt(root, path, of);
  top.begins = true;
  for (const field of fields) placeAt(top, field, of).field = field;
}

function placeAt(from: Place, path: string, of: Place['of']): Place {
  return path.split('/').reduce((place, name) => {
    const next = place.inner.get(name) ?? newPlace(of);
    place.inner.set(name, next);
    return next;
  }, from);
}

/** All elements that nobody reads. */
const elsewhere = newPlace('log');

const logEnd = '</nvidia_smi_log>';

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
  const end = text.indexOf(logEnd, start);
  const { log, gpus } = readElements(text.slice(start, end < 0 ? undefined : end + logEnd.length));
  const driverVersion = textOf(log.get('driver_version'));
  const cudaVersion = versionPairOf(log.get('cuda_version'));
  const lost = gpus.filter(({ isLost }) => isLost);
  return {
    gpus: gpus.map((gpu, index) => toDevice(gpu, index, driverVersion, cudaVersion)),
    hasLostGpu: lost.length > 0,
    lostUuids: lost.flatMap(({ fields }) => textOf(fields.get('uuid')) ?? []),
    processes: gpus.flatMap(({ fields, processes }) =>
      processes.flatMap((each) => toProcess(textOf(fields.get('uuid')), each) ?? []),
    ),
  };
}

/** Nine tenths of a report, the clocks that a GPU could have above all, and nobody reads them: no parser has to. */
const unread = ['supported_clocks', 'pci', 'ecc_errors', 'clocks_event_reasons', 'clocks_event_reasons_counters'];
const lostWords = 'GPU is lost';

function withoutUnread(xml: string): string {
  // Which parts say so is the driver's choice.
  return xml.includes(lostWords) ? xml : unread.reduce(withoutElements, xml);
}

function withoutElements(xml: string, name: string): string {
  const [opening, closing] = [`<${name}>`, `</${name}>`];
  let rest = '';
  for (let from = 0; ;) {
    const begin = xml.indexOf(opening, from);
    const end = begin < 0 ? -1 : xml.indexOf(closing, begin);
    if (end < 0) return rest + xml.slice(from);
    rest += xml.slice(from, begin);
    from = end + closing.length;
  }
}

function readElements(xml: string): { log: Fields; gpus: RawGpu[] } {
  const own: Fields = new Map();
  const gpus: RawGpu[] = [];
  const open: Place[] = [];
  let content = '';

  const parser = new SaxesParser();
  // Without a handler saxes throws out of write(), which is the same thing with less to say.
  parser.on('error', (error) => {
    throw unreadable(error.message);
  });
  parser.on('opentag', ({ name }) => {
    const place = (open.at(-1) ?? root).inner.get(name) ?? elsewhere;
    if (open.push(place) > deepest) throw unreadable('Its elements lie too deep in each other.');
    content = '';
    if (!place.begins) return;
    if (place.of === 'gpu') gpus.push({ fields: new Map(), isLost: false, migDevices: [], processes: [] });
    else if (place.of === 'migDevice') gpus.at(-1)?.migDevices.push(new Map());
    else if (place.of === 'process') gpus.at(-1)?.processes.push(new Map());
  });
  parser.on('text', (piece) => {
    content += piece;
  });
  parser.on('closetag', () => {
    const place = open.pop() ?? elsewhere;
    const gpu = gpus.at(-1);
    if (gpu !== undefined && content.trim() === lostWords) gpu.isLost = true;
    // Of equal names the first counts.
    if (place.field !== null) keepFirst(fieldsOf(place.of), place.field, content);
    content = '';
  });
  parser.write(withoutUnread(xml)).close();
  return { log: own, gpus };

  function fieldsOf(of: Place['of']): Fields | undefined {
    const gpu = gpus.at(-1);
    if (of === 'log') return own;
    if (of === 'gpu') return gpu?.fields;
    return (of === 'migDevice' ? gpu?.migDevices : gpu?.processes)?.at(-1);
  }
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
    ...reservedMemory(fields),
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

/** Since R510; before that `used` holds it (gpu facts 1.3). */
function reservedMemory(fields: Fields): Pick<GpuDevice, 'memoryReservedMiB'> {
  const reserved = amountOf(fields.get('fb_memory_usage/reserved'));
  return reserved === null ? {} : { memoryReservedMiB: reserved };
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
    ...reservedMemory(fields),
  };
}

function unreadable(why: string): AppError {
  return new AppError('GPU_OUTPUT_UNREADABLE', `The XML of nvidia-smi could not be read. ${why}`);
}
