import type { SavedApp, SavedGpu } from './saved-output.ts';
import { amountOf, integerOf, leadingVersionOf, migEnabledOf, textOf } from './values.ts';

type Row = ReadonlyMap<string, string>;

/** A header's cell: `memory.total [MiB]`, `uuid`. */
const headerCell = /^([a-z][\w.]*)(?: \[[^\]]+\])?$/i;
/** Without one of these a line of single words is not a header. */
const telling = new Set(['index', 'uuid', 'name', 'count', 'serial', 'pid', 'timestamp', 'pstate']);

export type CsvReading =
  { format: 'query-gpu-csv'; gpus: SavedGpu[] } | { format: 'compute-apps-csv'; apps: SavedApp[] };

/** `--query-gpu` or `--query-compute-apps`, by its header. There is no quoting (gpu facts 1.7). Null for anything else. */
export function parseCsv(lines: readonly string[]): CsvReading | null {
  const at = lines.findIndex((line) => headerOf(line) !== null);
  const header = headerOf(lines[at] ?? '');
  if (header === null) return parseWithoutHeader(lines);
  const rows = lines
    .slice(at + 1)
    .map((line) => cellsOf(line, header))
    .filter((row) => row !== null);
  if (header.includes('pid')) return { format: 'compute-apps-csv', apps: rows.map(toApp) };
  return rows.length === 0 ? null : { format: 'query-gpu-csv', gpus: rows.map(toGpu) };
}

function headerOf(line: string): string[] | null {
  const names = line.split(',').map((cell) => headerCell.exec(cell.trim())?.[1]);
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length) return null;
  return known.some((name) => telling.has(name) || /^[a-z]+[._][a-z]/.test(name)) ? known : null;
}

function cellsOf(line: string, header: readonly string[]): Row | null {
  const cells = line.split(',').map((cell) => cell.trim());
  if (line === '' || cells.length < Math.min(2, header.length)) return null;
  // Only the name of a process may hold a comma.
  const surplus = cells.length - header.length;
  const wide = header.findIndex((name) => name === 'process_name' || name === 'name');
  if (surplus > 0 && wide >= 0) cells.splice(wide, surplus + 1, cells.slice(wide, wide + surplus + 1).join(', '));
  return new Map(header.map((name, column) => [name, cells[column] ?? '']));
}

function toGpu(row: Row, place: number): SavedGpu {
  return {
    index: integerOf(row.get('index')) ?? place,
    name: textOf(row.get('name') ?? row.get('gpu_name')),
    uuid: textOf(row.get('uuid') ?? row.get('gpu_uuid')),
    memoryTotalMiB: amountOf(row.get('memory.total')),
    driverVersion: leadingVersionOf(row.get('driver_version') ?? row.get('kmd_version')),
    cudaVersion: null,
    migEnabled: migEnabledOf(row.get('mig.mode.current')),
    migDevices: null,
  };
}

function toApp(row: Row): SavedApp {
  return {
    gpuUuid: textOf(row.get('gpu_uuid')),
    pid: integerOf(row.get('pid')),
    processName: textOf(row.get('process_name') ?? row.get('name')),
    usedMemoryMiB: amountOf(row.get('used_gpu_memory') ?? row.get('used_memory')),
  };
}

const uuidCell = /^GPU-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `noheader`: only what says itself what it is. */
function parseWithoutHeader(lines: readonly string[]): CsvReading | null {
  const gpus = lines.flatMap((line, place) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const uuid = cells.find((cell) => uuidCell.test(cell));
    if (uuid === undefined || cells.length < 2) return [];
    const named = new Map([
      ['index', cells[0] ?? ''],
      ['uuid', uuid],
      ['name', cells.find((cell) => /^(?:NVIDIA|Tesla|Quadro|GeForce|GRID) /.test(cell)) ?? ''],
      ['memory.total', cells.find((cell) => /^\d+ MiB$/.test(cell)) ?? ''],
    ]);
    return [toGpu(named, place)];
  });
  return gpus.length === 0 ? null : { format: 'query-gpu-csv', gpus };
}
