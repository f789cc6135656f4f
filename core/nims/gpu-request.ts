import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';

/**
 * The ways in which an engine gives GPUs to a container: a device request that NVIDIA's start hook answers, device files
 * by CDI name, or NVIDIA's runtime with a variable (gpu facts 5.1 and 5.2).
 */
export type GpuWay = 'hook' | 'cdi' | 'runtime';

export interface DeviceRequest {
  Driver: string;
  Count?: number;
  DeviceIDs?: string[];
  Capabilities?: string[][];
  Options?: Record<string, string>;
}

/** What of a container's making says which GPUs it gets. */
interface GpuParts {
  /** One at most: of two, an engine's hook keeps the last only (gpu facts 5.3). */
  requests: DeviceRequest[];
  /** Null: the engine's own default. */
  runtime: string | null;
  /** Of `NVIDIA_VISIBLE_DEVICES`; null: not set by us. */
  visibleDevices: string | null;
}

interface WayToGpu {
  way: GpuWay;
  /** Why it stands at its place in the order; for the log. */
  reason: string;
}

type EngineFacts = Pick<EngineState, 'kind' | 'version' | 'hasCdi' | 'hasNvidiaRuntime'>;

/**
 * Which ways to try, best first. Nothing that an engine says proves that a way works (gpu facts 5.2), and a refusal
 * comes only at the creation or the start; so whatever is possible is tried in turn, as long as the engine lacks the means.
 */
export function gpuWays(gpus: GpuChoice, engine: EngineFacts): WayToGpu[] {
  if (gpus.kind === 'none') return [{ way: 'hook', reason: 'no GPU is asked for' }];
  if (gpus.kind === 'devices' && gpus.ids.some((id) => id.includes('='))) {
    return [{ way: 'cdi', reason: 'the device was chosen by its CDI name' }];
  }
  // Its Docker-compatible API passes requests for the hook over in silence (gpu facts 5.7).
  if (engine.kind === 'podman') return [{ way: 'cdi', reason: 'Podman knows no other' }];
  const hook: WayToGpu = {
    way: 'hook',
    reason: asksCdiItself(engine.version)
      ? 'the engine turns a request into CDI itself, and falls back to the hook (29.2 and later)'
      : 'the form that every engine since 19.03 understands',
  };
  // Where no hook is installed (newer toolkits can do without), the runtime is what daemon.json names by its path.
  const runtime: WayToGpu[] =
    engine.hasNvidiaRuntime === true ? [{ way: 'runtime', reason: 'the engine lists the nvidia runtime' }] : [];
  if (engine.hasCdi !== true) return [hook, ...runtime];
  const cdi: WayToGpu = { way: 'cdi', reason: 'the engine reads CDI files' };
  // A toolkit that set up the runtime has brought the hook as well; without it CDI is the more likely one.
  const isHookLikely = engine.hasNvidiaRuntime === true || asksCdiItself(engine.version);
  return isHookLikely ? [hook, cdi, ...runtime] : [cdi, hook, ...runtime];
}

/** Pure: the same choice in the words of each way. */
export function gpuParts(gpus: GpuChoice, way: GpuWay): GpuParts {
  // Images of NVIDIA's ask for every GPU themselves, which an engine with the nvidia runtime as its default would obey.
  if (gpus.kind === 'none') return { requests: [], runtime: null, visibleDevices: 'void' };
  if (way === 'cdi') {
    const names = gpus.kind === 'all' ? ['all'] : gpus.ids;
    const ids = names.map((name) => (name.includes('=') ? name : `nvidia.com/gpu=${name}`));
    return { requests: [{ Driver: 'cdi', DeviceIDs: ids }], runtime: null, visibleDevices: null };
  }
  if (way === 'runtime') {
    const visibleDevices = gpus.kind === 'all' ? 'all' : gpus.ids.join(',');
    return { requests: [], runtime: 'nvidia', visibleDevices };
  }
  const which = gpus.kind === 'all' ? { Count: -1 } : { Count: 0, DeviceIDs: [...gpus.ids] };
  // The engine itself tells the process which it got, whatever the variable says.
  return {
    requests: [{ Driver: '', ...which, Capabilities: [['gpu']], Options: {} }],
    runtime: null,
    visibleDevices: null,
  };
}

/** From 29.2 on a request is tried through CDI first (gpu facts 5.2). */
function asksCdiItself(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 29 || (major === 29 && minor >= 2);
}
