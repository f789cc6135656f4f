import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { failure, instant, nothing } from './common.ts';

/** Where the engine's address came from; the first that is set wins, in this order. */
export const engineEndpoint = z.object({
  source: z.enum(['docker-host', 'docker-context', 'default-socket']),
  address: z.string(),
  contextName: z.string().nullable(),
});
export type EngineEndpoint = z.infer<typeof engineEndpoint>;

/** Which store holds the images; it decides what a cancelled pull keeps (overlay2 nothing, containerd layers and parts). */
export const imageStore = z.enum(['overlay2', 'containerd', 'podman', 'other']);
export type ImageStore = z.infer<typeof imageStore>;

export const engineState = z.object({
  status: z.enum(['connecting', 'connected', 'unreachable']),
  since: instant,
  endpoint: engineEndpoint.nullable(),
  kind: z.enum(['docker', 'docker-desktop', 'podman']).nullable(),
  version: z.string().nullable(),
  apiVersion: z.string().nullable(),
  operatingSystem: z.string().nullable(),
  architecture: z.string().nullable(),
  store: imageStore.nullable(),
  rootDirectory: z.string().nullable(),
  /** A listed runtime proves nothing about a usable GPU (gpu facts 5.2). */
  hasNvidiaRuntime: z.boolean().nullable(),
  hasCdi: z.boolean().nullable(),
  isRootless: z.boolean().nullable(),
  isLocal: z.boolean().nullable(),
  failure: failure.nullable(),
});
export type EngineState = z.infer<typeof engineState>;

export const engine = {
  watch: stream(nothing, engineState),
  /** Tries the connection again now instead of waiting for the back-off, and answers with what it found. */
  recheck: request(nothing, engineState),
};
