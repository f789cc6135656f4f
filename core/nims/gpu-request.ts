import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';

/** The two ways in which an engine gives GPUs to a container: NVIDIA's start hook, or device files by CDI name. */
export type GpuWay = 'hook' | 'cdi';

export interface DeviceRequest {
  Driver: string;
  Count?: number;
  DeviceIDs?: string[];
  Capabilities?: string[][];
  Options?: Record<string, string>;
}

/**
 * Which ways to try, best first. Nothing that an engine says proves that a way works (gpu facts 5.2), and a refusal
 * comes only at the start; so where both are possible, the second is tried when the engine has no means for the first.
 */
export function gpuWays(gpus: GpuChoice, engine: Pick<EngineState, 'kind' | 'hasCdi' | 'hasNvidiaRuntime'>): GpuWay[] {
  if (gpus.kind === 'none') return ['hook'];
  const isCdiName = gpus.kind === 'devices' && gpus.ids.some((id) => id.includes('='));
  // Podman's own way is CDI; its Docker-compatible API knows no hook (gpu facts 5.7).
  if (isCdiName || engine.kind === 'podman') return ['cdi'];
  if (engine.hasCdi !== true) return ['hook'];
  return engine.hasNvidiaRuntime === true ? ['hook', 'cdi'] : ['cdi', 'hook'];
}

/** All ids go into one request: of two, the engine's hook keeps the last only (gpu facts 5.3). */
export function deviceRequests(gpus: GpuChoice, way: GpuWay): DeviceRequest[] {
  if (gpus.kind === 'none') return [];
  if (way === 'cdi') {
    const names = gpus.kind === 'all' ? ['all'] : gpus.ids;
    return [{ Driver: 'cdi', DeviceIDs: names.map((name) => (name.includes('=') ? name : `nvidia.com/gpu=${name}`)) }];
  }
  const which = gpus.kind === 'all' ? { Count: -1 } : { Count: 0, DeviceIDs: [...gpus.ids] };
  return [{ Driver: '', ...which, Capabilities: [['gpu']], Options: {} }];
}
