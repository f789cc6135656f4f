import { bus, domain } from './gpu-report.ts';
import { fanPercent, performanceState, utilizationPercent } from './gpu-readings.ts';
import type { GpuState, RunningProcess } from './state.ts';

/** A field of a query: what it is called, the unit that its header shows, and what it holds. */
export interface QueryField {
  readonly name: string;
  readonly unit?: string;
  readonly value: string;
}

const unknown = '[N/A]';
const deprecated = '[Requested functionality has been deprecated]';

/** Older names that the tool still takes. */
export const aliases: Readonly<Record<string, string>> = {
  gpu_name: 'name',
  gpu_serial: 'serial',
  gpu_uuid: 'uuid',
  gpu_bus_id: 'pci.bus_id',
  'clocks.gr': 'clocks.current.graphics',
  'clocks.sm': 'clocks.current.sm',
  'clocks.mem': 'clocks.current.memory',
  'clocks.video': 'clocks.current.video',
  'clocks.max.gr': 'clocks.max.graphics',
  'clocks.max.mem': 'clocks.max.memory',
};

/** What R595 knows of `--query-gpu`, in the order of `--help-query-gpu`; ECC's single counters are left out. */
export function gpuFields(state: GpuState, count: number, timestamp: string): QueryField[] {
  return [
    { name: 'timestamp', value: timestamp },
    { name: 'driver_version', value: state.facts.board.driverVersion },
    { name: 'kmd_version', value: state.facts.board.driverVersion },
    { name: 'count', value: String(count) },
    ...identity(state),
    ...modes(state),
    ...memory(state),
    ...readings(state),
  ];
}

function identity({ facts: { board, uuid, busId }, index, isLoaded }: GpuState): QueryField[] {
  const generation = String(isLoaded || board.isDataCentre ? board.pci.generation : 1);
  return [
    { name: 'name', value: board.name },
    { name: 'serial', value: board.isDataCentre ? `165000000000${index + 1}` : unknown },
    { name: 'uuid', value: uuid },
    { name: 'pci.bus_id', value: busId },
    { name: 'pci.domain', value: `0x${domain(busId)}` },
    { name: 'pci.bus', value: `0x${bus(busId)}` },
    { name: 'pci.device', value: '0x00' },
    { name: 'pci.baseClass', value: '0x3' },
    { name: 'pci.subClass', value: `0x${board.pci.subClass}` },
    { name: 'pci.device_id', value: `0x${board.pci.device}10DE` },
    { name: 'pci.sub_device_id', value: `0x${board.pci.subsystem}` },
    { name: 'pcie.link.gen.current', value: generation },
    { name: 'pcie.link.gen.gpucurrent', value: generation },
    { name: 'pcie.link.gen.max', value: String(board.pci.generation) },
    { name: 'pcie.link.gen.gpumax', value: String(board.pci.generation) },
    { name: 'pcie.link.gen.hostmax', value: unknown },
    { name: 'pcie.link.width.current', value: '16' },
    { name: 'pcie.link.width.max', value: '16' },
    { name: 'index', value: String(index) },
  ];
}

function modes(state: GpuState): QueryField[] {
  const { board, slices } = state.facts;
  const ecc = board.hasEcc ? 'Enabled' : unknown;
  const mig = board.slices.length === 0 ? unknown : slices.length > 0 ? 'Enabled' : 'Disabled';
  return [
    { name: 'display_mode', value: deprecated },
    { name: 'display_attached', value: 'Yes' },
    { name: 'display_active', value: 'Disabled' },
    { name: 'persistence_mode', value: 'Enabled' },
    { name: 'addressing_mode', value: board.isUnified ? 'ATS' : slices.length > 0 ? 'None' : 'HMM' },
    { name: 'accounting.mode', value: 'Disabled' },
    { name: 'accounting.buffer_size', value: '4000' },
    { name: 'driver_model.current', value: unknown },
    { name: 'driver_model.pending', value: unknown },
    { name: 'vbios_version', value: board.vbios },
    { name: 'inforom.img', value: board.imageVersion === 'N/A' ? unknown : board.imageVersion },
    { name: 'inforom.oem', value: board.isUnified ? unknown : '2.1' },
    { name: 'inforom.ecc', value: board.hasEcc ? '7.16' : unknown },
    { name: 'inforom.pwr', value: unknown },
    { name: 'gpu_recovery_action', value: 'None' },
    { name: 'fan.speed', unit: '%', value: board.hasFan ? String(fanPercent(state)) : unknown },
    { name: 'pstate', value: performanceState(state) },
    { name: 'clocks_event_reasons.gpu_idle', value: state.isLoaded ? 'Not Active' : 'Active' },
    { name: 'clocks_event_reasons.sw_power_cap', value: 'Not Active' },
    { name: 'clocks_event_reasons.hw_slowdown', value: 'Not Active' },
    { name: 'clocks_event_reasons.sw_thermal_slowdown', value: 'Not Active' },
    { name: 'compute_mode', value: 'Default' },
    { name: 'compute_cap', value: board.computeCapability },
    { name: 'ecc.mode.current', value: ecc },
    { name: 'ecc.mode.pending', value: ecc },
    { name: 'mig.mode.current', value: mig },
    { name: 'mig.mode.pending', value: mig },
    { name: 'gsp.mode.current', value: 'Enabled' },
    { name: 'gsp.mode.default', value: 'Enabled' },
    { name: 'c2c.mode', value: board.isDataCentre ? 'Disabled' : unknown },
    { name: 'platform.chassis_serial_number', value: '' },
    { name: 'hostname', value: unknown },
  ];
}

function memory({ facts: { board }, usedMiB, freeMiB }: GpuState): QueryField[] {
  const inMiB = (name: string, value: number): QueryField => ({
    name: `memory.${name}`,
    unit: 'MiB',
    value: board.isUnified ? unknown : String(value),
  });
  return [
    inMiB('total', board.memory.totalMiB),
    inMiB('reserved', board.memory.reservedMiB),
    inMiB('used', usedMiB),
    inMiB('free', freeMiB),
  ];
}

function readings(state: GpuState): QueryField[] {
  const { board } = state.facts;
  const percent = utilizationPercent(state);
  const share = (name: string, value: number): QueryField => ({
    name: `utilization.${name}`,
    unit: '%',
    value: percent === null ? unknown : String(value),
  });
  const watt = (name: string, value: number | null): QueryField => ({
    name,
    unit: 'W',
    value: value === null ? unknown : value.toFixed(2),
  });
  const clock = (name: string, value: number): QueryField => ({
    name: `clocks.${name}`,
    unit: 'MHz',
    value: value === 0 ? unknown : String(value),
  });
  const { limit, min, max } = board.power;
  const [graphics, ram, video] = state.clocks;
  return [
    share('gpu', percent ?? 0),
    share('memory', Math.round((percent ?? 0) * 0.6)),
    share('encoder', 0),
    share('decoder', 0),
    share('jpeg', 0),
    share('ofa', 0),
    { name: 'temperature.gpu', value: String(state.celsius) },
    {
      name: 'temperature.gpu.tlimit',
      value: board.isDataCentre ? String(board.celsius.limit - state.celsius) : unknown,
    },
    // Without brackets, as the tool has it.
    { name: 'temperature.memory', value: board.isDataCentre ? String(state.celsius + 6) : 'N/A' },
    { name: 'power.management', value: deprecated },
    watt('power.draw', state.watts),
    watt('power.draw.average', state.watts),
    watt('power.draw.instant', state.watts * 1.01),
    watt('power.limit', limit),
    watt('enforced.power.limit', limit),
    watt('power.default_limit', limit),
    watt('power.min_limit', limit === null ? null : min),
    watt('power.max_limit', limit === null ? null : max),
    clock('current.graphics', graphics),
    clock('current.sm', graphics),
    clock('current.memory', ram),
    clock('current.video', video),
    clock('max.graphics', board.clocks.max[0]),
    clock('max.sm', board.clocks.max[0]),
    clock('max.memory', board.clocks.max[1]),
  ];
}

/** `--query-compute-apps`: no instance ids, and the parent's UUID under MIG (gpu facts 7). */
export function appFields(state: GpuState, process: RunningProcess, timestamp: string): QueryField[] {
  const { board, uuid, busId } = state.facts;
  return [
    { name: 'timestamp', value: timestamp },
    { name: 'gpu_name', value: board.name },
    { name: 'gpu_bus_id', value: busId },
    { name: 'gpu_serial', value: board.isDataCentre ? `165000000000${state.index + 1}` : unknown },
    { name: 'gpu_uuid', value: uuid },
    { name: 'pid', value: String(process.pid) },
    { name: 'process_name', value: process.name },
    { name: 'name', value: process.name },
    { name: 'used_gpu_memory', unit: 'MiB', value: String(process.memoryMiB) },
    { name: 'used_memory', unit: 'MiB', value: String(process.memoryMiB) },
  ];
}
