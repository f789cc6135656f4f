import type Docker from 'dockerode';
import type { GpuChoice } from '../../shared/contract/nims.ts';
import { z } from '../../shared/zod.ts';
import { dockerError } from '../engine/docker-errors.ts';
import { gpusFromLabel, label } from './labels.ts';

/** What the engine says of a container, as far as anything here uses it. The environment, which holds the key, stays out. */
export interface ContainerFacts {
  id: string;
  name: string;
  reference: string;
  isManaged: boolean;
  isRunning: boolean;
  /** Frozen by somebody: it is running, and answers nothing. */
  isPaused: boolean;
  isTty: boolean;
  createdAt: string;
  /** Of the newest run; null for one that was never started. */
  startedAt: string | null;
  finishedAt: string | null;
  exitCode: number;
  isOutOfMemory: boolean;
  /** On this machine's loopback; null when it is not running or publishes nothing. */
  port: number | null;
  /** As asked for at creation, also while it is stopped. */
  reservedPort: number | null;
  gpus: GpuChoice;
  profile: string | null;
  nimVersion: string | null;
  hasKey: boolean;
  imageId: string | null;
  /** The folder of this machine that the model's files go to; null when they go into a volume. */
  cacheFolder: string | null;
}

const bindings = z.record(z.string(), z.array(z.object({ HostPort: z.string().nullish() })).nullish()).nullish();

const inspectAnswer = z.object({
  Id: z.string(),
  Image: z.string().nullish(),
  Name: z.string(),
  Created: z.string(),
  Config: z.object({
    Image: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    Tty: z.boolean().nullish(),
    Env: z.array(z.string()).nullish(),
  }),
  State: z.object({
    Running: z.boolean(),
    Paused: z.boolean().nullish(),
    StartedAt: z.string().nullish(),
    FinishedAt: z.string().nullish(),
    ExitCode: z.number().int(),
    OOMKilled: z.boolean().nullish(),
  }),
  HostConfig: z.object({ PortBindings: bindings }).nullish(),
  Mounts: z
    .array(z.object({ Type: z.string().nullish(), Source: z.string().nullish(), Destination: z.string() }))
    .nullish(),
  NetworkSettings: z.object({ Ports: bindings }).nullish(),
});

/** Null when there is no such container any more. */
export async function inspectContainer(
  docker: Docker,
  id: string,
  signal: AbortSignal,
): Promise<ContainerFacts | null> {
  try {
    return toFacts(await docker.getContainer(id).inspect({ abortSignal: signal }));
  } catch (error) {
    const failure = dockerError(error, { signal, action: 'inspect' });
    if (failure.code === 'NOT_FOUND') return null;
    throw failure;
  }
}

export function toFacts(answer: unknown): ContainerFacts {
  const inspected = inspectAnswer.parse(answer);
  const { Id, Image, Name, Created, Config, State, HostConfig, NetworkSettings, Mounts } = inspected;
  const labels = Config.Labels ?? {};
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    reference: labels[label.reference] ?? Config.Image,
    isManaged: labels[label.managed] === 'true',
    isRunning: State.Running,
    isPaused: State.Paused ?? false,
    isTty: Config.Tty ?? false,
    createdAt: toInstant(Created) ?? new Date(0).toISOString(),
    startedAt: toInstant(State.StartedAt),
    finishedAt: toInstant(State.FinishedAt),
    exitCode: State.ExitCode,
    isOutOfMemory: State.OOMKilled ?? false,
    port: State.Running ? firstPort(NetworkSettings?.Ports) : null,
    reservedPort: firstPort(HostConfig?.PortBindings),
    gpus: gpusFromLabel(labels[label.gpus]),
    profile: labels[label.profile] ?? null,
    nimVersion: labels['com.nvidia.nim.version'] ?? null,
    hasKey: (Config.Env ?? []).some((entry) => /^NGC(?:_CLI)?_API_KEY=./.test(entry)),
    imageId: Image ?? null,
    cacheFolder:
      Mounts?.find(({ Type, Destination }) => Type === 'bind' && /\/\.?cache(?:\/|$)/.test(Destination))?.Source ??
      null,
  };
}

/** The engine writes the year 1 for “never”; Podman writes the machine's offset. */
function toInstant(text: string | null | undefined): string | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) || at <= 0 ? null : new Date(at).toISOString();
}

function firstPort(ports: z.infer<typeof bindings>): number | null {
  for (const bound of Object.values(ports ?? {})) {
    const port = Number(bound?.[0]?.HostPort);
    if (Number.isInteger(port) && port > 0) return port;
  }
  return null;
}
