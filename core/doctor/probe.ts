import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import type { EngineState } from '../../shared/contract/engine.ts';
import { type AppError, cancelled, type ErrorCode } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from '../engine/ask.ts';
import { dockerError } from '../engine/docker-errors.ts';
import { runInContainer } from '../engine/run-in-container.ts';
import { readInside } from '../gpu/why-unused.ts';
import { removeContainer, startContainer } from '../nims/create-container.ts';
import { gpuParts, type GpuWay, gpuWays } from '../nims/gpu-request.ts';
import type { EngineFacts, ProbeReading } from './readings.ts';

/** What makes a container a probe's. It is none of the NIMs, and one that a killed core left behind is taken away by the next. */
export const probeLabel = 'io.nimdeck.probe';

type Image = EngineFacts['images'][number];
type Outcome = Omit<ProbeReading, 'holdsFor'>;

interface ProbeParts {
  docker: Docker;
  engine: EngineState;
  images: readonly Image[];
  log: CoreDeps['log'];
}

/** It need only stay until it was asked; if everything of ours ends meanwhile, it ends by itself. */
const livesSeconds = '60';
const createTimeoutMs = 30_000;
const askTimeoutMs = 20_000;
/** An image without `sleep` cannot be used; more tries than this would be a search. */
const mostImages = 3;

const createAnswer = z.object({ Id: z.string() });
const everyGpu = { kind: 'all' } as const;
/** The engine lacks the means for this way; another may do. */
const noWay: ReadonlySet<ErrorCode> = new Set([
  'NVIDIA_RUNTIME_MISSING',
  'NVIDIA_RUNTIME_UNKNOWN',
  'CDI_DEVICE_UNKNOWN',
]);

/**
 * Starts a container with every GPU, asks the driver in it, and removes it, however it ends. Of an image that is here;
 * nothing is pulled, no network is joined, no folder of this machine is mounted. Rejects with CANCELLED alone, and only
 * after the container is gone.
 */
export async function runProbe(parts: ProbeParts, signal: AbortSignal): Promise<Outcome> {
  await removeLeftovers(parts, signal);
  const candidates = candidateImages(parts.images).slice(0, mostImages);
  let unusable: string | null = null;
  for (const { reference } of candidates) {
    const outcome = await tryImage(parts, reference, signal);
    if (outcome !== null) return outcome;
    unusable = reference;
  }
  const lines = unusable === null ? [] : [`${unusable} has no “sleep” to stay alive with.`];
  return { outcome: 'no-image', image: unusable, request: null, lines, seen: [], failure: null };
}

/** NIMs first, since they are what matters, then what surely has a shell and glibc; the smallest of each. */
export function candidateImages(images: readonly Image[]): Image[] {
  const rank = ({ isNim, reference }: Image) =>
    isNim ? 0 : /(?:^|\/)cuda:/.test(reference) ? 1 : /(?:ubuntu|debian|rockylinux|fedora)/.test(reference) ? 2 : 3;
  return images.toSorted((a, b) => rank(a) - rank(b) || a.sizeBytes - b.sizeBytes);
}

/** Null: this image cannot be used for it. */
async function tryImage(parts: ProbeParts, image: string, signal: AbortSignal): Promise<Outcome | null> {
  let first: { error: AppError; request: string } | null = null;
  for (const { way } of gpuWays(everyGpu, parts.engine)) {
    const request = requestWords[way];
    try {
      return { ...(await tryWay(parts, image, way, signal)), image, request };
    } catch (error) {
      if (signal.aborted) throw cancelled();
      const failure = dockerError(error, { reference: image, action: 'start a container' });
      if (/executable file not found|no such file or directory/i.test(failure.message) && /sleep/.test(failure.message))
        return null;
      const isNoWay = noWay.has(failure.code);
      first ??= { error: failure, request };
      if (!isNoWay) return refused(image, request, failure);
    }
  }
  return first === null ? null : refused(image, first.request, first.error);
}

const refused = (image: string, request: string, error: AppError): Outcome => ({
  outcome: 'refused',
  image,
  request,
  lines: [error.message],
  seen: [],
  failure: error.toFailure(),
});

const requestWords: Record<GpuWay, string> = {
  hook: 'every GPU by a device request (as --gpus all)',
  cdi: 'every GPU by CDI name (nvidia.com/gpu=all)',
  runtime: 'every GPU by the nvidia runtime (NVIDIA_VISIBLE_DEVICES=all)',
};

async function tryWay(
  parts: ProbeParts,
  image: string,
  way: GpuWay,
  signal: AbortSignal,
): Promise<Omit<Outcome, 'image' | 'request'>> {
  const { docker, log } = parts;
  const id = await create(docker, image, way);
  try {
    if (signal.aborted) throw cancelled();
    await startContainer(docker, id, signal);
    return await askInside(docker, id, signal);
  } finally {
    // Without the signal: whoever asked may have left, and it must go all the same.
    await removeContainer(docker, id).catch((error: unknown) => {
      log.error('doctor.probe-left-behind', { id, message: String(error) });
    });
  }
}

/** Takes no signal: cut off, it would leave a container behind that nobody knows the id of. */
async function create(docker: Docker, image: string, way: GpuWay): Promise<string> {
  const { requests, runtime, visibleDevices } = gpuParts(everyGpu, way);
  const body = {
    Image: image,
    Entrypoint: ['sleep'],
    Cmd: [livesSeconds],
    Labels: { [probeLabel]: 'true' },
    ...(visibleDevices === null ? {} : { Env: [`NVIDIA_VISIBLE_DEVICES=${visibleDevices}`] }),
    NetworkDisabled: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      DeviceRequests: requests,
      ...(runtime === null ? {} : { Runtime: runtime }),
      NetworkMode: 'none',
      RestartPolicy: { Name: 'no' },
    },
  };
  const query = { name: `nimdeck-probe-${randomUUID().slice(0, 8)}` };
  const question = { method: 'POST', path: '/containers/create', query, body } as const;
  return createAnswer.parse(await askEngine(docker, question, AbortSignal.timeout(createTimeoutMs))).Id;
}

async function askInside(docker: Docker, id: string, signal: AbortSignal): Promise<Omit<Outcome, 'image' | 'request'>> {
  const options = { timeoutMs: askTimeoutMs, signal };
  const answer = await runInContainer(docker, id, ['nvidia-smi', '-L'], options);
  const lines = `${answer.stdout}\n${answer.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const inside = readInside(answer);
  const noGpu = (message: string) => ({
    outcome: 'no-gpu' as const,
    lines,
    seen: [],
    failure: { code: 'GPU_REQUEST_IGNORED' as const, message },
  });
  switch (inside.kind) {
    case 'sees':
      return inside.ids.length > 0
        ? { outcome: 'saw', lines, seen: [...inside.ids], failure: null }
        : noGpu('The container started, and the driver in it lists no GPU.');
    case 'broken':
      if (inside.failure.code === 'NO_GPU_FOUND')
        return noGpu('The container started, and the driver in it lists no GPU.');
      return { outcome: 'refused', lines, seen: [], failure: inside.failure.toFailure() };
    case 'no-program': {
      // An image can be told to bring no tools; the device files then tell whether a GPU came. /dev/dxg is WSL's.
      const { stdout } = await runInContainer(docker, id, ['ls', '/dev'], options);
      const devices = stdout.split(/\s+/).filter((name) => /^(?:nvidia\d+|dxg)$/.test(name));
      if (devices.length === 0)
        return noGpu('The container started without a GPU: it has neither NVIDIA’s device files nor its tools.');
      return { outcome: 'cannot-tell', lines: [...lines, `/dev: ${devices.join(', ')}`], seen: [], failure: null };
    }
    case 'no-answer':
    default:
      return {
        outcome: 'no-answer',
        lines,
        seen: [],
        failure: {
          code: 'NVML_UNKNOWN_ERROR',
          message: 'nvidia-smi in the container gave no answer that could be read.',
        },
      };
  }
}

/** Of a core that was killed during a probe. One of another core that runs right now ends by itself within a minute. */
async function removeLeftovers({ docker, log }: ProbeParts, signal: AbortSignal): Promise<void> {
  try {
    const left = await docker.listContainers({
      all: true,
      filters: { label: [`${probeLabel}=true`], status: ['created', 'exited', 'dead'] },
      abortSignal: signal,
    });
    for (const { Id } of left) await removeContainer(docker, Id);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    // They cost a name each and nothing else; the probe itself says what is wrong with the engine.
    log.warn('doctor.leftovers', { message: String(error) });
  }
}
