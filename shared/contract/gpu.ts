import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, failure, instant, nothing } from './common.ts';
import { gpuProof } from './gpu-proof.ts';

export const migDevice = z.object({
  index: z.number().int().nullable(),
  gi: z.number().int().nullable(),
  ci: z.number().int().nullable(),
  uuid: z.string().nullable(),
  profile: z.string().nullable(),
  memoryTotalMiB: z.number().nullable(),
  memoryUsedMiB: z.number().nullable(),
  memoryReservedMiB: z.number().optional(),
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
  /** What the driver keeps for itself, beside what is used; absent: it does not say (before R510). */
  memoryReservedMiB: z.number().optional(),
  /** The board has no memory of its own: both figures are those of the whole system. */
  isMemoryShared: z.boolean(),
  /** Null with MIG: then the driver measures it for none of the slices. */
  utilizationPercent: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
  migEnabled: z.boolean().nullable(),
  /** What MIG will be after the next reset; absent: no change waits. */
  migPending: z.boolean().optional(),
  migDevices: z.array(migDevice),
});
export type GpuDevice = z.infer<typeof gpuDevice>;

/** A GPU that was read before and is not answering any more. */
export const lostGpu = z.object({
  index: z.number().int(),
  name: z.string().nullable(),
  uuid: z.string(),
  memoryTotalMiB: z.number().nullable(),
  /** Of the last reading in which it was there. */
  lastSeenAt: instant,
});
export type LostGpu = z.infer<typeof lostGpu>;

export const gpuReport = z.object({
  readAt: instant,
  gpus: z.array(gpuDevice),
  /** Since this core began; absent: none. One that the driver still lists, without any value, is in both lists. */
  lost: z.array(lostGpu).optional(),
  /** How long asking the driver took. */
  tookMs: z.number().optional(),
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

/** Slots and places are of the card's memory, counted from 0. */
export const migInstance = z.object({ profile: z.string(), start: z.number().int(), size: z.number().int() });
export type MigInstance = z.infer<typeof migInstance>;

export const migLayout = z.object({
  /** By first slot. */
  instances: z.array(migInstance),
  /** Profiles of which one more would still fit beside them. */
  roomFor: z.array(z.string()),
});
export type MigLayout = z.infer<typeof migLayout>;

export const migProfile = z.object({
  /** As the driver lists it, `3g.40gb`. */
  name: z.string(),
  computeSlices: z.number().int(),
  memoryGiB: z.number().nullable(),
  maxInstances: z.number().int(),
  /** First slots it may have and how many it takes; null where no listing of such a card was found. */
  placements: z.object({ starts: z.array(z.number().int()), size: z.number().int() }).nullable(),
});

export const migCommand = z.object({
  /** To be typed by a person, as root. */
  command: z.string(),
  /** What it does, and what to know before. */
  why: z.string(),
});
export type MigCommand = z.infer<typeof migCommand>;

export const migPlan = z.object({
  card: z.object({
    key: z.string(),
    name: z.string(),
    computeSlices: z.number().int(),
    memorySlots: z.number().int().nullable(),
    minDriver: z.string().nullable(),
    isResetNeeded: z.boolean(),
    profiles: z.array(migProfile),
  }),
  /** Of this machine; null: a kind of card was asked for. */
  gpuIndex: z.number().int().nullable(),
  isMigEnabled: z.boolean().nullable(),
  /** What the card is cut into now; null: not of this machine, or the driver does not say where the slices lie. */
  present: z.array(migInstance).nullable(),
  wanted: z.array(z.string()),
  /** Ways to place what is wanted, the one that leaves most room first; empty: it does not fit together. */
  layouts: z.array(migLayout),
  /** Which layout the commands make. */
  chosen: z.number().int().nullable(),
  commands: z.array(migCommand),
  undo: z.array(migCommand),
  warnings: z.array(z.string()),
});
export type MigPlan = z.infer<typeof migPlan>;

export const gpuHistorySample = z.object({
  at: instant,
  memoryUsedMiB: z.number().nullable(),
  utilizationPercent: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
});
export type GpuHistorySample = z.infer<typeof gpuHistorySample>;

export const gpu = {
  /**
   * Read every 2 s while somebody watches and something moves, once for however many readers; while one of them looks
   * closely, every second.
   */
  watch: stream(z.strictObject({ isClose: z.boolean().optional() }), gpuReport),
  read: request(nothing, gpuReport),
  /** Who holds the memory of the GPUs now, most first; empty where the driver does not say. */
  holders: request(nothing, z.array(memoryHolder)),
  /**
   * Which NIMs really use the GPUs that they were given, and which have lost one: said within 10 s to whoever watches this
   * or the GPUs. While nobody does they are looked at once a minute, and never where no such NIM runs: a laptop's GPU is
   * left asleep. Who only wants to be told, and shows nothing, says that it is no look.
   */
  watchProofs: stream(z.strictObject({ isLook: z.boolean().optional() }), z.array(gpuProof)),
  /**
   * What was measured of a GPU or a slice in the last so many seconds, oldest first, evenly thinned to 360 at most. It is
   * kept for 30 days, over restarts: every 10 s of the last 2 hours, every minute of 2 days, every 15 minutes before.
   */
  history: request(
    z.strictObject({ uuid: z.string().min(1).max(128), seconds: z.number().int().min(60).max(2_592_000) }),
    z.array(gpuHistorySample),
  ),
  /** Kinds of card that are known to have MIG, for planning without one at hand. */
  migCards: request(nothing, z.array(z.object({ key: z.string(), name: z.string() }))),
  /**
   * How a card can be cut into the wanted slices, and what to type for it; nothing is run. `gpu`: an index or UUID of this
   * machine, else the name of a kind of card. `slices`: as `nimdeck mig plan` takes them; none: only what the card can do.
   * `layout`: of the list, for the commands; default the first. BAD_INPUT, NOT_FOUND, and whatever reading the GPUs says.
   */
  planMig: request(
    z.strictObject({
      gpu: z.string().min(1).max(128),
      slices: z.array(z.string().max(64)).max(64),
      layout: z.number().int().min(0).max(100_000).optional(),
    }),
    migPlan,
  ),
};
