import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, failure, identifier, imageReference, instant, nothing } from './common.ts';
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

export const nimStatus = z.enum([
  'starting',
  'ready',
  'not-answering',
  /** Frozen with another tool: it runs, and answers nothing. */
  'paused',
  'stopping',
  'stopped',
  'exited',
  'unknown',
]);
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
      /** Why it ended before it was ready, as its log tells; absent: it was ready, or its log does not tell. */
      failure: failure.optional(),
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

export const nimVariable = z.object({
  name: z.string(),
  /** Null: it holds a secret, and is set. */
  value: z.string().nullable(),
  /** `image`: the image sets it by itself. */
  origin: z.enum(['image', 'run']),
});
export type NimVariable = z.infer<typeof nimVariable>;

export const nimDevice = z.object({
  id: z.string(),
  /** Null where this machine does not list it now. */
  name: z.string().nullable(),
  memoryTotalMiB: z.number().nullable(),
});

export const nimCapability = z.enum(['chat', 'vision', 'embedding', 'rerank', 'tools', 'reasoning']);
export type NimCapability = z.infer<typeof nimCapability>;

/** How long the phases of a start took. */
export const startTimes = z.object({
  startedAt: instant,
  totalMs: z.number(),
  phases: z.array(z.object({ phase: startPhase, ms: z.number() })),
});
export type StartTimes = z.infer<typeof startTimes>;

/** What a container is made of, without any secret. Null: not known, by nobody who was asked. */
export const nimDetails = z.object({
  nimId: containerId,
  image: z.object({
    reference: z.string(),
    id: z.string(),
    digest: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    title: z.string().nullable(),
  }),
  profile: z.object({
    id: z.string().nullable(),
    name: z.string().nullable(),
    /** `asked`: by the variable; `nim`: it says so itself; `log`: it said so when it started. */
    source: z.enum(['asked', 'nim', 'log']).nullable(),
  }),
  precision: z.string().nullable(),
  tensorParallel: z.number().int().nullable(),
  pipelineParallel: z.number().int().nullable(),
  contextTokens: z.number().int().nullable(),
  capabilities: z.array(nimCapability),
  gpu: z.object({
    asked: gpuChoice,
    /** How the engine was told: a request for NVIDIA's hook, CDI names, or NVIDIA's runtime; null: it was told nothing. */
    way: z.enum(['hook', 'cdi', 'runtime']).nullable(),
    /** Null: this machine's GPUs cannot be read. */
    devices: z.array(nimDevice).nullable(),
  }),
  ports: z.array(z.object({ inside: z.string(), address: z.string() })),
  mounts: z.array(
    z.object({
      type: z.string(),
      source: z.string(),
      target: z.string(),
      isReadOnly: z.boolean(),
    }),
  ),
  sharedMemoryBytes: z.number().nullable(),
  user: z.string().nullable(),
  restartPolicy: z.string().nullable(),
  environment: z.array(nimVariable),
  labels: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The same container as a line for a terminal; a secret is taken from the terminal's own environment. */
  command: z.string(),
  /** The choices that lead to it, to be changed; variables that hold a secret are left out. */
  spec: deploySpec,
  /** The last start of this image that became ready, of this container or another. */
  lastStart: startTimes.nullable(),
});
export type NimDetails = z.infer<typeof nimDetails>;

export const nimEvent = z.object({
  id: z.number().int(),
  at: instant,
  kind: z.enum([
    'created',
    'started',
    'phase',
    'ready',
    'health-lost',
    'health-back',
    'signal',
    'out-of-memory',
    'ended',
    'stopped',
    'paused',
    'unpaused',
    'renamed',
  ]),
  /** Who asked for it; null: nobody, or not known. `other`: not through Nimdeck. */
  by: z.enum(['nimdeck', 'other']).nullable(),
  /** Which run it belongs to. */
  startedAt: instant.nullable(),
  phase: startPhase.nullable(),
  exitCode: z.number().int().nullable(),
  /** A signal's name, a new name: what the kind needs. */
  text: z.string().nullable(),
});
export type NimEvent = z.infer<typeof nimEvent>;

/** What is lost with a NIM, and what getting it back takes. Null: not known. */
export const nimCost = z.object({
  image: z
    .object({
      sizeBytes: z.number(),
      /** Other NIMs that are made of it; while there are any it stays. */
      usedBy: z.array(z.string()),
    })
    .nullable(),
  /** The model's files on this machine. */
  cache: z.object({ folder: z.string(), sizeBytes: z.number(), usedBy: z.array(z.string()) }).nullable(),
  /** How long this container took to become ready, when it last did; null: it never did, or nobody saw it. */
  lastStartMs: z.number().nullable(),
  /** Requests that would be lost, as the NIM counts them. */
  runningRequests: z.number().nullable(),
});
export type NimCost = z.infer<typeof nimCost>;

const byId = z.strictObject({ nimId: containerId });
const started = z.object({ jobId: identifier });

export const nims = {
  watch: stream(nothing, nimList),
  /** Pull when needed, create, start, wait until ready: one job. */
  deploy: request(deploySpec, started),
  /** One start per NIM: while one is under way, a second call answers with the same job. */
  start: request(byId, started),
  /** A start that is under way is joined, as by `start`: it ends in the same state. */
  restart: request(byId, started),
  stop: request(byId, nothing),
  /** Of one that is paused; others go on as they are. */
  resume: request(byId, nothing),
  /**
   * Removes the container, running or not; with `image` and `cache` also the image and the model's files, where no other
   * NIM uses them (CONFLICT).
   */
  remove: request(byId.extend({ image: z.boolean().optional(), cache: z.boolean().optional() }), nothing),
  inspect: request(byId, nimDetails),
  cost: request(byId, nimCost),
  /** The newest 500, oldest first; they are kept over restarts of core, as long as the container is there. */
  watchEvents: stream(byId, z.array(nimEvent)),
};
