import { type Board, profileOf } from './boards.ts';
import { fanPercent, performanceState, utilizationPercent } from './gpu-readings.ts';
import type { GpuState, RunningProcess, SliceState } from './state.ts';

// The plain table in the layout that R550 to R595 print; columns as the captures of R590 and R595 have them.

const rule = (...widths: readonly number[]): string => `+${widths.map((width) => '-'.repeat(width)).join('+')}+`;
const doubleRule = (...widths: readonly number[]): string => `|${widths.map((width) => '='.repeat(width)).join('+')}|`;
const wide = rule(89);
const three = rule(41, 24, 22);
const four = rule(18, 34, 11, 23);

export function tableLines(gpus: readonly GpuState[], banner: Board, timestamp: string): string[] {
  return [
    // The blanks at its end are the tool's own.
    `${timestamp}       `,
    wide,
    `| NVIDIA-SMI ${banner.driverVersion.padEnd(23)}Driver Version: ${banner.driverVersion.padEnd(15)}CUDA Version: ${banner.cudaVersion.padEnd(9)}|`,
    three,
    '| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |',
    '|                                         |                        |               MIG M. |',
    doubleRule(41, 24, 22),
    ...gpus.flatMap(gpuRows),
    '',
    ...(gpus.some(({ slices }) => slices.length > 0) ? migTable(gpus) : []),
    wide,
    '| Processes:                                                                              |',
    '|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |',
    '|        ID   ID                                                               Usage      |',
    doubleRule(89),
    ...processRows(gpus),
    wide,
  ];
}

function gpuRows(state: GpuState): string[] {
  const { board, busId, slices } = state.facts;
  const name = board.name.length > 27 ? `${board.name.slice(0, 24)}...` : board.name;
  const percent = utilizationPercent(state);
  const ecc = slices.length > 0 ? 'On' : board.hasEcc ? '0' : 'N/A';
  const fan = board.hasFan ? `${fanPercent(state)}%` : 'N/A';
  const cap = board.power.limit === null ? ' N/A ' : `${board.power.limit}W`.padStart(5);
  const memory = board.isUnified
    ? ' Not Supported'.padEnd(24)
    : `${`${state.usedMiB}MiB`.padStart(11)} / ${`${board.memory.totalMiB}MiB`.padStart(9)} `;
  const mig = board.slices.length === 0 ? 'N/A' : slices.length > 0 ? 'Enabled' : 'Disabled';
  return [
    `|${String(state.index).padStart(4)}  ${name.padEnd(27)}    On  |   ${busId} Off |${ecc.padStart(21)} |`,
    `| ${fan.padStart(3)}   ${state.celsius}C    ${performanceState(state)}${`${Math.round(state.watts)}W`.padStart(16)} / ${cap} |${memory}|` +
      `${(percent === null ? 'N/A' : `${percent}%`).padStart(8)}${'Default'.padStart(13)} |`,
    `|${' '.repeat(41)}|${' '.repeat(24)}|${mig.padStart(21)} |`,
    three,
  ];
}

function migTable(gpus: readonly GpuState[]): string[] {
  return [
    wide,
    '| MIG devices:                                                                            |',
    four,
    '| GPU  GI  CI  MIG |              Shared Memory-Usage |        Vol|        Shared         |',
    '|      ID  ID  Dev |                Shared BAR1-Usage | SM     Unc| CE ENC  DEC  OFA  JPG |',
    '|                  |                                  |        ECC|                       |',
    doubleRule(18, 34, 11, 23),
    ...gpus.flatMap(({ index, slices, facts: { board } }) => slices.flatMap((slice) => sliceRows(board, index, slice))),
    '',
  ];
}

function sliceRows(board: Board, gpu: number, { placed, index, usedMiB, totalMiB }: SliceState): string[] {
  const { multiprocessors, engines, bar1MiB } = profileOf(board, placed.profile);
  const [copy, decoder, encoder, jpeg, flow] = engines;
  const memory = (used: number, total: number) => `${`${used}MiB`.padStart(19)} / ${`${total}MiB`.padStart(8)}    `;
  const shared = [copy, encoder, decoder, flow, jpeg]
    .map((count, place) => String(count).padStart([3, 4, 5, 5, 5][place] ?? 5))
    .join('');
  return [
    `|${String(gpu).padStart(3)}${String(placed.gi).padStart(5)}${'0'.padStart(4)}${String(index).padStart(4)}  ` +
      `|${memory(usedMiB, totalMiB)}|${String(multiprocessors).padStart(3)}${'0'.padStart(7)} |${shared} |`,
    `|${' '.repeat(18)}|${memory(0, bar1MiB)}|${' '.repeat(11)}|${' '.repeat(23)}|`,
    four,
  ];
}

function processRows(gpus: readonly GpuState[]): string[] {
  const rows = gpus.flatMap(({ index, processes }) => processes.map((process) => processRow(index, process)));
  return rows.length > 0 ? rows : [`|  No running processes found${' '.repeat(61)}|`];
}

function processRow(gpu: number, { pid, type, name, gi, memoryMiB }: RunningProcess): string {
  const shown = name.length > 32 ? `...${name.slice(-29)}` : name;
  const instance = gi === null ? '   N/A  N/A' : `${String(gi).padStart(5)} ${'0'.padStart(4)}`.padEnd(11);
  return (
    `|${String(gpu).padStart(5)}${instance}${String(pid).padStart(16)}${type.padStart(7)}   ` +
    `${shown.padEnd(38)}${`${memoryMiB}MiB`.padStart(8)} |`
  );
}
