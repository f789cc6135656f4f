import type { MachineFacts } from './boards.ts';
import { gpuReport } from './gpu-report.ts';
import {
  computeInstanceLines,
  instanceLines,
  listLines,
  placementLines,
  profileLines,
  topologyLines,
  versionLines,
} from './listings.ts';
import { aliases, appFields, gpuFields, type QueryField } from './query-fields.ts';
import { leaf, textLines, xmlLines } from './report-tree.ts';
import type { GpuState } from './state.ts';
import { tableLines } from './table-text.ts';

/** Everything that the program prints, by the name of its file, and the code that it ends with. */
export interface Texts {
  readonly code: number;
  readonly files: ReadonlyMap<string, string>;
}

/** Whatever is asked, this is the answer. */
export function failing(code: number, ...lines: readonly string[]): Texts {
  return { code, files: new Map([['failure', text(lines)]]) };
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/**
 * @param gpus those that answer
 * @param warnings lines in front of everything, as a lost board among good ones causes them (gpu facts 1.10)
 */
export function working(
  machine: MachineFacts,
  gpus: readonly GpuState[],
  warnings: readonly string[],
  now: Date,
): Texts {
  const board = gpus[0]?.facts.board;
  if (board === undefined) return failing(6, 'No devices were found');
  const files = new Map<string, string>();
  const add = (name: string, lines: readonly string[] | null) => {
    if (lines !== null) files.set(name, text([...warnings, ...lines]));
  };
  const clock = clockTime(now);
  const reports = gpus.map(gpuReport);
  add('table', tableLines(gpus, board, clock));
  add('xml', [
    '<?xml version="1.0" ?>',
    '<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">',
    '<nvidia_smi_log>',
    ...xmlLines([
      leaf('timestamp', null, clock),
      leaf('driver_version', null, board.driverVersion),
      leaf('cuda_version', null, board.cudaVersion),
      leaf('attached_gpus', null, gpus.length),
    ]),
    ...reports.flatMap((report) => [...xmlLines([report]), '']),
    '</nvidia_smi_log>',
  ]);
  add('q', [
    '',
    '==============NVSMI LOG==============',
    '',
    ...textLines([
      leaf(null, 'Timestamp', clock),
      leaf(null, 'Driver Version', board.driverVersion),
      leaf(null, 'CUDA Version', board.cudaVersion),
    ]),
    '',
    ...textLines([leaf(null, 'Attached GPUs', gpus.length)]),
    ...reports.flatMap((report) => [...textLines([report]), '']),
  ]);
  add('list', listLines(gpus));
  add('version', versionLines(board));
  add('topo', topologyLines(gpus, machine));
  add('mig-lgi', instanceLines(gpus));
  add('mig-lci', computeInstanceLines(gpus));
  add('mig-lgip', profileLines(gpus));
  add('mig-lgipp', placementLines(gpus));

  const stamp = stampTime(now);
  const rows = gpus.map((gpu) => gpuFields(gpu, gpus.length, stamp));
  files.set('gpus.sh', variables(warnings, rows, rows[0] ?? []));
  files.set('identity', text([...warnings, ...rows.map((row) => identityFields.map(valueIn(row)).join(', '))]));
  const apps = gpus.flatMap((gpu) =>
    gpu.processes.filter(({ type }) => type !== 'G').map((process) => appFields(gpu, process, stamp)),
  );
  files.set(
    'apps.sh',
    variables(
      warnings,
      apps,
      gpus.slice(0, 1).flatMap((gpu) => appFields(gpu, nobody, stamp)),
    ),
  );
  return { code: warnings.length > 0 ? 15 : 0, files };
}

/** What core asks for; where the shell cannot put queries together (Windows) it is the only one that is answered. */
export const identityFields = ['index', 'uuid', 'compute_cap'];

const nobody = { pid: 0, type: 'C', name: '', memoryMiB: 0, gi: null, work: 0 } as const;

const valueIn = (row: readonly QueryField[]) => (name: string) => row.find((field) => field.name === name)?.value ?? '';

/** Shell variables: `u_` and a field's name holds its unit, `g0_…` its value in the first row. */
function variables(
  warnings: readonly string[],
  rows: readonly (readonly QueryField[])[],
  known: readonly QueryField[],
): string {
  const key = (name: string) => name.replaceAll('.', '_');
  const names = [...Object.entries(aliases), ...known.map(({ name }) => [name, name] as const)];
  const lines = names.flatMap(([called, name]) => {
    const field = known.find((other) => other.name === name);
    if (field === undefined) return [];
    return [
      `u_${key(called)}=${quoted(field.unit ?? '')}`,
      ...rows.map((row, number) => `g${number}_${key(called)}=${quoted(valueIn(row)(name))}`),
    ];
  });
  return text([`rows=${rows.length}`, `warnings=${quoted(text(warnings))}`, ...lines]);
}

const quoted = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;

const two = (value: number): string => String(value).padStart(2, '0');

/** `Tue Jul 14 09:00:43 2026`, as C's ctime has it. */
function clockTime(now: Date): string {
  const [weekday, month, day, year, time] = now.toString().split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}

/** `2026/07/14 09:00:44.742` */
function stampTime(now: Date): string {
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('/');
  const time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(':');
  return `${date} ${time}.${String(now.getMilliseconds()).padStart(3, '0')}`;
}
