import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, failure, identifier, instant, nothing } from './common.ts';

export const pullPhase = z.enum([
  'RESOLVING',
  'DOWNLOADING',
  'EXTRACTING',
  'VERIFYING',
  'RETRYING',
  'STALLED',
  'DONE',
  'FAILED',
  'CANCELLED',
]);
export type PullPhase = z.infer<typeof pullPhase>;

/**
 * Bytes are compressed bytes fetched; extraction has none. `bytesTotal` is null until the size of every layer is known,
 * from then on `bytesDone / bytesTotal` never falls. Layers that were there count as layers, without bytes.
 */
export const pullProgress = z.object({
  phase: pullPhase,
  bytesDone: z.number().int().min(0),
  bytesTotal: z.number().int().min(0).nullable(),
  layers: z.object({ total: z.number().int(), done: z.number().int(), existing: z.number().int() }),
  bytesPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  stalledSince: instant.nullable(),
});
export type PullProgress = z.infer<typeof pullProgress>;

/** In the order in which a start passes them; `UNKNOWN`: it says something, but nothing that tells how far it is. */
export const startPhase = z.enum([
  'CREATED',
  'UNKNOWN',
  'AUTH',
  'MANIFEST',
  'PROFILE_SELECTED',
  'DOWNLOAD',
  'ENGINE_START',
  'WEIGHTS',
  'COMPILE',
  'KV_CACHE',
  'GRAPHS',
  'WARM_UP',
  'SERVER_UP',
  'READY',
  'EXITED',
]);
export type StartPhase = z.infer<typeof startPhase>;

/** The way of a container from create to ready; `phase` is read from its log, READY only from `/v1/health/ready`. */
export const startProgress = z.object({
  step: z.enum(['creating', 'starting', 'waiting-until-ready', 'ready']),
  phase: startPhase,
  phaseSince: instant,
  lastLine: z.string().nullable(),
});
export type StartProgress = z.infer<typeof startProgress>;

/**
 * What the store at hand keeps when a pull is cancelled: overlay2 nothing, the containerd store layers and parts of layers,
 * under a lease of 8 hours (moby daemon/containerd/leases.go) or until images are pruned.
 */
export const cancelKeeps = z.enum(['nothing', 'layers', 'unknown']);
export type CancelKeeps = z.infer<typeof cancelKeeps>;

export const job = z.object({
  id: identifier,
  kind: z.enum(['pull', 'deploy', 'start']),
  /** What it is about: an image reference, a NIM's name. */
  title: z.string(),
  reference: z.string().nullable(),
  nimId: containerId.nullable(),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  startedAt: instant,
  endedAt: instant.nullable(),
  pull: pullProgress.nullable(),
  start: startProgress.nullable(),
  /** Said before a cancel and, in the history, after it; null where a cancel loses nothing. */
  cancelKeeps: cancelKeeps.nullable(),
  failure: failure.nullable(),
  /** The last lines of the container's log, when a start failed. */
  logTail: z.array(z.string()).nullable(),
});
export type Job = z.infer<typeof job>;

export const jobs = {
  /** Running jobs first, then at most 50 ended ones, newest first. */
  watch: stream(nothing, z.array(job)),
  cancel: request(z.strictObject({ jobId: identifier }), job),
  /** Removes ended jobs from the list: one, or all. */
  dismiss: request(z.strictObject({ jobId: identifier.nullable() }), nothing),
};
