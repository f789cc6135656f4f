import { request } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, imageReference, instant, nothing } from './common.ts';
import { gpuChoice } from './nims.ts';

export const fitVerdict = z.enum(['fits', 'tight', 'does-not-fit', 'unknown']);
export type FitVerdict = z.infer<typeof fitVerdict>;

/**
 * Where a figure comes from, the best first. `profile`: printed or stated by the profile itself; `nvidia`: what NVIDIA's NIM
 * metadata says of the image's profiles; `model-table`: the shipped list of models; `parameters`: their number times the
 * precision; `driver`: read on this machine; `rule`: a share that NIM keeps of any device.
 */
export const figureSource = z.enum(['profile', 'nvidia', 'model-table', 'parameters', 'driver', 'rule']);
export type FigureSource = z.infer<typeof figureSource>;

/** What decided. Null beside `fits`. */
export const fitReason = z.enum([
  /** It needs more than the device has, even empty. */
  'too-large',
  /** It would fit an empty device; others hold the memory. */
  'taken',
  /** It fits only into the share of the memory that NIM leaves free by itself. */
  'little-spare',
  /** It fits only with a shorter context than the one counted with. */
  'short-context',
  /** In a precision of fewer bits it may fit; which ones the image has is not known. */
  'precision-unknown',
  /** It is spread over more GPUs than were chosen. */
  'too-few-gpus',
  /** What is spread over GPUs needs equal ones. */
  'gpus-differ',
  /** What is spread over GPUs cannot use MIG slices, and one container uses one slice. */
  'slices-cannot-share',
  /** MIG is on: only the slices of this GPU compute. */
  'gpu-is-sliced',
  /** The GPU cannot compute in this precision, or the profile is made for another GPU. */
  'gpu-not-suited',
  /** It has no form for the processor of the engine's machine. */
  'other-processor',
  'no-gpu-chosen',
  'no-gpu',
  'gpu-not-there',
  'gpus-unreadable',
  'gpu-memory-unknown',
  'need-unknown',
]);
export type FitReason = z.infer<typeof fitReason>;

/** A share of what one device must hold. */
export const fitPart = z.object({
  kind: z.enum(['weights', 'context', 'framework', 'unsplit']),
  /** Null: not known. */
  memoryMiB: z.number().nullable(),
  source: figureSource,
});
export type FitPart = z.infer<typeof fitPart>;

export const fitDevice = z.object({
  /** As in `gpuChoice`: a GPU's or a slice's UUID; null where the driver gives none. */
  id: z.string().nullable(),
  gpuIndex: z.number().int().nullable(),
  name: z.string().nullable(),
  /** `system`: the machine's own memory, which GPU and processors share. */
  memory: z.enum(['gpu', 'slice', 'system']),
  totalMiB: z.number().nullable(),
  /** Held now by anybody, NIMs included; null: not known. */
  takenMiB: z.number().nullable(),
});
export type FitDevice = z.infer<typeof fitDevice>;

/** One way of running the image. */
export const fitProfile = z.object({
  /** What `NIM_MODEL_PROFILE` takes; null: not one that can be asked for by name. */
  id: z.string().nullable(),
  name: z.string().nullable(),
  precision: z.string().nullable(),
  /** GPUs that it is spread over. */
  gpus: z.number().int().min(1),
});

/**
 * Processors, as `amd64` and `arm64`. `image`: said by the image that is here; `registry`: by what the registry has;
 * `name`: by the name of the repository alone.
 */
export const fitProcessor = z.object({
  madeFor: z.array(z.string()).min(1),
  source: z.enum(['image', 'registry', 'name']),
  /** The engine's. */
  engine: z.string(),
});
export type FitProcessor = z.infer<typeof fitProcessor>;

/** NIMs that make room together when they are stopped. */
export const fitStop = z.object({
  nims: z.array(
    z.object({
      id: containerId,
      name: z.string(),
      /** What it holds on the chosen devices; null: not known. */
      memoryMiB: z.number().nullable(),
      /** True: it is ready and serves no request now; null: not known. */
      isIdle: z.boolean().nullable(),
    }),
  ),
});
export type FitStop = z.infer<typeof fitStop>;

export const fitAnswer = z.object({
  verdict: fitVerdict,
  reason: fitReason.nullable(),
  /** Of each device; null: not known. */
  needMiB: z.number().nullable(),
  /** Of the whole need. */
  source: figureSource.nullable(),
  parts: z.array(fitPart),
  /** The chosen ones; where it is spread, the need is each one's. */
  devices: z.array(fitDevice),
  profile: fitProfile.nullable(),
  /** Null: what the image is made for, or what the engine has, is not known. */
  processor: fitProcessor.nullable(),
  /** Tokens the answer counts with: those asked for, else the model's most; null: not known, or it makes no difference. */
  contextTokens: z.number().int().nullable(),
  /** The longest context that fits the chosen devices as they are; null: not known, or none does. */
  longestContextTokens: z.number().int().nullable(),
  /** GB that the model's files take, which are downloaded at its first start; null: not known. */
  modelFilesGB: z.number().nullable(),
  /** To start it, stop one of these; the best first. Empty where nothing must, or stopping does not help. */
  stop: z.array(fitStop),
});
export type FitAnswer = z.infer<typeof fitAnswer>;

/** What is to be started: an image, or a NIM that is there (whose own memory counts as free). */
export const fitSubject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), reference: imageReference }),
  z.strictObject({ kind: z.literal('nim'), nimId: containerId }),
]);
export type FitSubject = z.infer<typeof fitSubject>;

/** How it is to be started; null: as the image or the NIM does by itself. */
export const fitChoice = z.strictObject({
  subject: fitSubject,
  profile: z.string().min(1).max(256).nullable(),
  contextTokens: z.number().int().min(1).max(100_000_000).nullable(),
});

export const fitMark = z.object({
  /** Without tag, as in the catalogue. */
  repository: z.string(),
  /** On the best device of this machine, as `check` says it: beside what runs now. */
  verdict: fitVerdict,
  reason: fitReason.nullable(),
  /** The same, were nothing held. */
  whenEmpty: fitVerdict,
  needMiB: z.number().nullable(),
  source: figureSource.nullable(),
  /** GPUs that it is spread over. */
  gpus: z.number().int().nullable(),
  /** What that device has when it is empty; null: not known, or there is none. */
  haveMiB: z.number().nullable(),
  /** What a NIM of this kind makes use of there: it keeps a part free by itself. */
  usableMiB: z.number().nullable(),
  /** GB the model's files take, beside the image; null: not known. */
  modelFilesGB: z.number().nullable(),
});
export type FitMark = z.infer<typeof fitMark>;

export const fit = {
  /** @param gpus null: on this machine, where it fits best (a NIM: where it is) */
  check: request(fitChoice.extend({ gpus: gpuChoice.nullable() }), fitAnswer),
  /** The same for each GPU and each MIG slice by itself, in the order of `gpu.read`. */
  places: request(fitChoice, z.object({ readAt: instant, places: z.array(fitAnswer) })),
  /** A mark for every model of the catalogue, on this machine as it is now. */
  catalog: request(nothing, z.object({ readAt: instant, marks: z.array(fitMark) })),
};
