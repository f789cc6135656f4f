import type { DeploySpec } from '../../shared/contract/nims.ts';
import { gpuParts, type GpuWay } from './gpu-request.ts';
import type { ImageFacts } from './image.ts';
import { labelsFor } from './labels.ts';
import type { CachePlan } from './model-cache.ts';

export interface ContainerInput {
  spec: DeploySpec;
  name: string;
  image: ImageFacts;
  cache: CachePlan;
  gpuWay: GpuWay;
  /** On this machine's loopback; null: the engine picks one. */
  port: number | null;
  ngcKey: string | null;
}

/** What a container is made of, in the engine's words (`POST /containers/create`). */
export interface ContainerBody {
  Image: string;
  User?: string;
  Env: string[];
  Labels: Record<string, string>;
  ExposedPorts: Record<string, object>;
  StopTimeout: number;
  HostConfig: object;
}

/** 16 GB, as every documented command line has it; the engine's default of 64 MB breaks several GPUs (nim-runtime facts 2). */
const sharedMemoryBytes = 16 * 1024 ** 3;
/** A NIM ends its requests and frees the GPU on TERM; ten seconds, the default, cut some off. */
export const stopSeconds = 30;
/** Kept from every page: `.invalid` is reserved (RFC 2606), and an empty list might count as “not set”, which is “any”. */
export const noOrigin = 'https://nimdeck.invalid';

/** Read by NVIDIA's runtime, and by nothing else on an engine with another default. */
export const visibleVariable = 'NVIDIA_VISIBLE_DEVICES';

/** Pure: the same input makes the same container. The key appears in `Env` and nowhere else. */
export function containerBody({ spec, name, image, cache, gpuWay, port, ngcKey }: ContainerInput): ContainerBody {
  const gpus = gpuParts(spec.gpus, gpuWay);
  const environment = variablesFor(spec, image, ngcKey);
  // Without a GPU what the user sets is their own affair; with one the choice decides, or it would not be what they get.
  if (gpus.visibleDevices !== null && !(spec.gpus.kind === 'none' && environment.has(visibleVariable))) {
    environment.set(visibleVariable, gpus.visibleDevices);
  }
  const containerPort = `${portInside(environment, image)}/tcp`;
  return {
    Image: spec.reference,
    ...(cache.user === null ? {} : { User: cache.user }),
    Env: [...environment].map(([variable, value]) => `${variable}=${value}`),
    Labels: labelsFor(spec, name),
    ExposedPorts: { [containerPort]: {} },
    StopTimeout: stopSeconds,
    HostConfig: {
      DeviceRequests: gpus.requests,
      ...(gpus.runtime === null ? {} : { Runtime: gpus.runtime }),
      ShmSize: sharedMemoryBytes,
      Mounts: [cache.mount],
      ...(cache.group === null ? {} : { GroupAdd: [cache.group] }),
      // A NIM asks nobody for a key: nothing but this machine may reach it.
      PortBindings: { [containerPort]: [{ HostIp: '127.0.0.1', HostPort: port === null ? '' : String(port) }] },
      // Never: a NIM that ends must be seen to have ended. With a policy a refused key or a full GPU becomes a loop that
      // holds the GPU and hides the cause, and after a crash of the engine no policy starts it again (test host 4).
      RestartPolicy: { Name: 'no' },
    },
  };
}

function variablesFor(spec: DeploySpec, image: ImageFacts, ngcKey: string | null): Map<string, string> {
  const variables = new Map<string, string>();
  const line = versionLine(spec.reference, image);
  // 2.x prints next to nothing while it starts unless it is asked to (nim-runtime facts 3.4); 1.x does by itself.
  if (line !== null && line >= 2) variables.set('NIM_LOG_LEVEL', 'INFO');
  // 1.x has no such variable. An image that does not say its line gets it: it does no harm.
  if (!spec.allowAnyOrigin && line !== 1) variables.set('NIM_CORS_ALLOW_ORIGINS', noOrigin);
  if (spec.profile !== null) variables.set('NIM_MODEL_PROFILE', spec.profile);
  if (ngcKey !== null) variables.set('NGC_API_KEY', ngcKey);
  for (const { name, value } of spec.environment) variables.set(name, value);
  return variables;
}

function versionLine(reference: string, { nimVersion }: ImageFacts): number | null {
  const tag = /:v?(\d+)(?:\.[^/]*)?$/.exec(reference)?.[1];
  const digits = /^(\d+)\./.exec(nimVersion ?? '')?.[1] ?? tag;
  return digits === undefined ? null : Number(digits);
}

/** Where the API listens inside: two families of NIMs have two names for it (nim-runtime facts 3.4). */
function portInside(ofRun: ReadonlyMap<string, string>, image: ImageFacts): number {
  const variables = new Map([...image.environment, ...ofRun]);
  const wanted = Number(variables.get('NIM_SERVER_PORT') ?? variables.get('NIM_HTTP_API_PORT'));
  return Number.isInteger(wanted) && wanted > 0 && wanted < 65_536 ? wanted : 8000;
}

/** Where the model's files go inside the container. */
export function cacheTarget({ environment }: ImageFacts): string {
  const path = environment.get('NIM_CACHE_PATH');
  return path?.startsWith('/') === true ? path : '/opt/nim/.cache';
}
