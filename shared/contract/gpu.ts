import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, failure, instant, nothing } from './common.ts';

export const migDevice = z.object({
  index: z.number().int().nullable(),
  gi: z.number().int().nullable(),
  ci: z.number().int().nullable(),
  uuid: z.string().nullable(),
  profile: z.string().nullable(),
  memoryTotalMiB: z.number().nullable(),
  memoryUsedMiB: z.number().nullable(),
});
export type MigDevice = z.infer<typeof migDevice>;

/** `null` where the driver does not say; never 0 for unknown. */
export const gpuDevice = z.object({
  index: z.number().int(),
  name: z.string().nullable(),
  uuid: z.string().nullable(),
  driverVersion: z.string().nullable(),
  cudaVersion: z.string().nullable(),
  computeCapability: z.string().nullable(),
  memoryTotalMiB: z.number().nullable(),
  memoryUsedMiB: z.number().nullable(),
  utilizationPercent: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
  migEnabled: z.boolean().nullable(),
  migDevices: z.array(migDevice),
});
export type GpuDevice = z.infer<typeof gpuDevice>;

export const gpuReport = z.object({
  readAt: instant,
  gpus: z.array(gpuDevice),
  /** Why there is nothing, or nothing to trust. */
  failure: failure.nullable(),
});
export type GpuReport = z.infer<typeof gpuReport>;

/** A process in a GPU's memory. */
export const memoryHolder = z.object({
  /** Null: on a GPU that is not listed any more. */
  gpuIndex: z.number().int().nullable(),
  pid: z.number().int(),
  processName: z.string().nullable(),
  memoryMiB: z.number().nullable(),
  /** Null: no NIM of ours, or one whose processes the engine numbers otherwise (in a virtual machine). */
  nim: z.object({ id: containerId, name: z.string() }).nullable(),
});
export type MemoryHolder = z.infer<typeof memoryHolder>;

export const gpu = {
  /** Read every 2 s while somebody watches, once for however many readers. */
  watch: stream(nothing, gpuReport),
  read: request(nothing, gpuReport),
  /** Who holds the memory of the GPUs now, most first; empty where the driver does not say. */
  holders: request(nothing, z.array(memoryHolder)),
};
