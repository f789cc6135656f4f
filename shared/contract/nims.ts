import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, identifier, imageReference, instant, nothing } from './common.ts';
import { startPhase } from './jobs.ts';

export const gpuChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('all') }),
  /** GPU or MIG UUIDs (`GPU-…`, `MIG-…`), or names the engine's CDI files know. */
  z.strictObject({ kind: z.literal('devices'), ids: z.array(z.string().min(1).max(128)).min(1).max(16) }),
]);
export type GpuChoice = z.infer<typeof gpuChoice>;

/** Docker's own rule for names; long enough for `publisher-model-tag`. */
export const nimName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/)
  .max(100);

export const deploySpec = z.strictObject({
  reference: imageReference,
  /** Null: made from the reference, with a number behind it when taken. */
  name: nimName.nullable(),
  gpus: gpuChoice,
  /** On 127.0.0.1; null: the first free one from 8000 on, so that the address stays the same over restarts. */
  port: z.number().int().min(1).max(65535).nullable(),
  /** `NIM_MODEL_PROFILE`: a 64-hex id or a profile name; null: NIM picks. */
  profile: z.string().min(1).max(256).nullable(),
  /** NIM 2.x answers any web origin by default; false keeps it to none, true is the named way out. */
  allowAnyOrigin: z.boolean(),
  /** Further variables, never keys: those are added by core. */
  environment: z.array(
    z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
        .max(128),
      value: z.string().max(8192),
    }),
  ),
});
export type DeploySpec = z.infer<typeof deploySpec>;

export const nimStatus = z.enum(['starting', 'ready', 'not-answering', 'stopping', 'stopped', 'exited', 'unknown']);
export type NimStatus = z.infer<typeof nimStatus>;

export const nim = z.object({
  /** The container's full id. */
  id: containerId,
  name: z.string(),
  reference: z.string(),
  status: nimStatus,
  statusSince: instant,
  /** Of the start under way; null when there is none. */
  phase: startPhase.nullable(),
  /** How it ended by itself; null for one that runs or was stopped on request. */
  exit: z
    .object({
      code: z.number().int(),
      at: instant.nullable(),
      isOutOfMemory: z.boolean(),
      firstErrorLine: z.string().nullable(),
    })
    .nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  address: z.string().nullable(),
  gpus: gpuChoice,
  /** Ids from `/v1/models`; empty until it was ready once in this core's life. */
  models: z.array(z.string()),
  nimVersion: z.string().nullable(),
  profile: z.string().nullable(),
});
export type Nim = z.infer<typeof nim>;

/** `isKnown` is false while the engine cannot be asked: the list is then the last one seen, every status `unknown`. */
export const nimList = z.object({ isKnown: z.boolean(), nims: z.array(nim) });
export type NimList = z.infer<typeof nimList>;

const byId = z.strictObject({ nimId: containerId });
const started = z.object({ jobId: identifier });

export const nims = {
  watch: stream(nothing, nimList),
  /** Pull when needed, create, start, wait until ready: one job. */
  deploy: request(deploySpec, started),
  /** One start per NIM: while one is under way, a second call answers with the same job. */
  start: request(byId, started),
  restart: request(byId, started),
  stop: request(byId, nothing),
  /** Removes the container, running or not; the model cache stays. */
  remove: request(byId, nothing),
};
