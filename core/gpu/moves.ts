import type { GpuReport } from '../../shared/contract/gpu.ts';

/** What a desktop with a clock on it takes. */
const quietPercent = 5;
/** Programs that come and go in the background take and leave less. */
const quietMiB = 64;

/**
 * Whether somebody uses these GPUs, or what is in their memory changes. Temperature, power and clocks are never the same
 * twice and say nothing of it.
 */
export function hasMoved(before: GpuReport | null, after: GpuReport): boolean {
  if (before === null || before.failure?.code !== after.failure?.code) return true;
  const [was, is] = [memoriesOf(before), memoriesOf(after)];
  if (was.size !== is.size) return true;
  const isBusy = after.gpus.some(({ utilizationPercent }) => (utilizationPercent ?? 0) > quietPercent);
  return (
    isBusy || [...is].some(([id, used]) => Math.abs(used - (was.get(id) ?? Number.NaN)) > quietMiB || !was.has(id))
  );
}

function memoriesOf(report: GpuReport): Map<string, number> {
  const devices = report.gpus.flatMap((gpu) => [
    { id: `${gpu.index}`, used: gpu.memoryUsedMiB },
    ...gpu.migDevices.map((mig, index) => ({ id: `${gpu.index}:${index}`, used: mig.memoryUsedMiB })),
  ]);
  return new Map(devices.map(({ id, used }) => [id, used ?? 0]));
}
