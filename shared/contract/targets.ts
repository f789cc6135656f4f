import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { chatTarget } from './answers.ts';
import { failure, identifier, nothing } from './common.ts';
import { gpuChoice, nimStatus } from './nims.ts';

export const capabilityNames = ['chat', 'vision', 'tools', 'reasoning', 'embedding', 'rerank'] as const;
export const targetCapability = z.enum(capabilityNames);
export type TargetCapability = z.infer<typeof targetCapability>;

/** Null: nobody says, and nobody has tried. */
const maybe = z.boolean().nullable();
export const targetCapabilities = z.object({
  chat: maybe,
  vision: maybe,
  tools: maybe,
  reasoning: maybe,
  embedding: maybe,
  rerank: maybe,
});
export type TargetCapabilities = z.infer<typeof targetCapabilities>;

/** One that can be asked, or could be. */
export const targetInfo = z.object({
  target: chatTarget,
  /** As a person calls it: a NIM's name, a model's id. */
  name: z.string(),
  /** The id that it is asked by; null: not known before it is ready. */
  model: z.string().nullable(),
  /**
   * `startable`: a NIM that does not run, to be started with `nims.start`; `needs-key`: hosted, and no key was given for
   * that; `retired`: listed, and known to be gone.
   */
  state: z.enum(['ready', 'starting', 'startable', 'unavailable', 'needs-key', 'retired']),
  /** Of a NIM. */
  status: nimStatus.nullable(),
  /** Of a NIM: which GPUs it was given, so that those that share one can be marked. */
  gpus: gpuChoice.nullable(),
  capabilities: targetCapabilities,
  /** Those that the server itself has shown to be so, whatever the tables say. */
  corrected: z.array(targetCapability),
  contextTokens: z.number().int().nullable(),
});
export type TargetInfo = z.infer<typeof targetInfo>;

export const chatTargets = z.object({
  /** NIMs of this machine first, then addresses, then hosted models. */
  targets: z.array(targetInfo),
  hosted: z.object({
    /** Whose key is sent: one saved for this, or the NGC key where that was allowed by name; null: none. */
    key: z.enum(['own', 'ngc']).nullable(),
    keyHint: z.string().nullable(),
    /** Whether the list is what NVIDIA answered, or the one that is shipped. */
    isLive: z.boolean(),
    failure: failure.nullable(),
  }),
  addresses: z.array(
    z.object({
      id: identifier,
      name: z.string(),
      url: z.string(),
      hasKey: z.boolean(),
      /** Why its models are not known. */
      failure: failure.nullable(),
    }),
  ),
});
export type ChatTargets = z.infer<typeof chatTargets>;

/** The part of `chat` that says who can be asked. */
export const targetOperations = {
  targets: stream(nothing, chatTargets),
  /** Asks addresses and, with a key, the hosted API anew for what they serve. */
  refreshTargets: request(nothing, nothing),
  /**
   * An OpenAI-compatible server. It is asked for its models before it is kept; `model` is for one that lists none. The
   * key goes into the key store, is sent to this address only and never comes back. Over plain HTTP to another machine it
   * could be read on the way: that is refused unless `allowUnencryptedKey`.
   */
  saveAddress: request(
    z.strictObject({
      /** Null: a new one. */
      id: identifier.nullable(),
      name: z.string().trim().min(1).max(100),
      url: z.string().trim().min(1).max(2_048),
      model: z.string().trim().min(1).max(256).nullable(),
      /** Null: none; missing: the one that is kept stays. */
      key: z.string().trim().min(1).max(4_096).nullable().optional(),
      allowUnencryptedKey: z.boolean().optional(),
    }),
    z.object({ id: identifier, models: z.array(z.string()) }),
  ),
  /** With its key. */
  removeAddress: request(z.strictObject({ id: identifier }), nothing),
  /**
   * What is sent to integrate.api.nvidia.com: a key of its own, or the NGC key that is signed in with. Nothing goes there
   * before one of the two was chosen.
   */
  chooseHosted: request(
    z.discriminatedUnion('key', [
      z.strictObject({ key: z.literal('own'), value: z.string().min(1).max(4_096) }),
      z.strictObject({ key: z.literal('ngc') }),
      z.strictObject({ key: z.literal('none') }),
    ]),
    nothing,
  ),
};
