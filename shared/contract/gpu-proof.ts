import { z } from '../zod.ts';
import { containerId, failure, instant } from './common.ts';

/** A GPU or a MIG slice, and what a NIM's processes hold of it. */
export const proofDevice = z.object({
  /** The UUID; the GPU's number where the driver tells none. */
  id: z.string(),
  /** Null where the driver does not list it now. */
  name: z.string().nullable(),
  gpuIndex: z.number().int().nullable(),
  /** Null: it holds some, and the driver does not say how much; or, of one that is lost, nothing is known. */
  memoryMiB: z.number().nullable(),
});
export type ProofDevice = z.infer<typeof proofDevice>;

/**
 * Why nothing can be proven. `engine-elsewhere`: its machine is not this one. `engine-in-vm`: nor are its processes.
 * `wsl`: Windows' driver names no processes. `driver-silent`: it cannot be asked. `processes-hidden`: something holds
 * memory of the GPU, and whose it is nobody says.
 */
export const proofDoubt = z.enum(['engine-elsewhere', 'engine-in-vm', 'wsl', 'driver-silent', 'processes-hidden']);
export type ProofDoubt = z.infer<typeof proofDoubt>;

/** Whether a NIM that asked for GPUs really uses them; there is none for one that asked for no GPU or does not run. */
export const gpuProof = z.object({
  nimId: containerId,
  /** The run that it is about. */
  startedAt: instant,
  /**
   * `waiting`: the model is not loaded yet. `proven`: its processes hold memory on `devices`. `none`: they hold nothing,
   * and `failure` names the broken link. `lost`: `devices` have gone, from the driver or from the container, and `failure`
   * says how. `unknown`: see `doubt`.
   */
  state: z.enum(['waiting', 'proven', 'none', 'lost', 'unknown']),
  since: instant,
  devices: z.array(proofDevice),
  failure: failure.nullable(),
  doubt: proofDoubt.nullable(),
  /** Of `lost`: a restart, or a start of one that has ended, can help now: the devices are there again or never left the driver. */
  isRestartUseful: z.boolean(),
  /** Of `lost`: the driver did not list the devices, and lists them again; `failure` is about the time between. */
  isBack: z.boolean(),
});
export type GpuProof = z.infer<typeof gpuProof>;
