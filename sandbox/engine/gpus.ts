import type { Machine, SimulatedDevice } from '../machines/machine.ts';
import { EngineError, isRecord, textOf, textsOf } from './http.ts';
import type { ModeFacts } from './store-mode.ts';

/** What a container gets of the machine: its devices, and the variables that say so inside. */
export interface Grant {
  devices: readonly SimulatedDevice[];
  env: Readonly<Record<string, string>>;
}

const nothing: Grant = { devices: [], env: {} };

interface GpuRequest {
  driver: string;
  count: number;
  deviceIds: string[];
  capabilities: string[][];
}

export function readRequests(value: unknown): GpuRequest[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((request) => ({
    driver: textOf(request['Driver']) ?? '',
    count: typeof request['Count'] === 'number' ? request['Count'] : 0,
    deviceIds: textsOf(request['DeviceIDs']) ?? [],
    capabilities: Array.isArray(request['Capabilities'])
      ? request['Capabilities'].map((all: unknown) => textsOf(all) ?? [])
      : [],
  }));
}

interface Wish {
  requests: readonly GpuRequest[];
  runtime: string;
  env: Readonly<Record<string, string>>;
}

/** Checks what is asked for against the machine; throws what a start would fail with (gpu facts 5.3 and 5.4). */
export function grantGpus({ requests, runtime, env }: Wish, machine: Machine, facts: ModeFacts): Grant {
  // Podman's API for Docker's clients passes such requests over (gpu facts 5.7).
  if (facts.gpuWays.length === 0) return nothing;
  let grant = nothing;
  if (runtime === 'nvidia') grant = byVariable(env['NVIDIA_VISIBLE_DEVICES'] ?? '', machine);
  for (const request of requests) {
    if (request.driver === 'cdi') grant = byCdi(request, machine, facts);
    else grant = byHook(request, machine, facts);
  }
  return grant;
}

function byHook(request: GpuRequest, machine: Machine, facts: ModeFacts): Grant {
  const { driver, count, deviceIds, capabilities } = request;
  const known = new Set(['gpu', 'nvidia', 'compute', 'compat32', 'graphics', 'utility', 'video', 'display']);
  const isKnown =
    ['', 'nvidia'].includes(driver) &&
    capabilities.some((all) => all.includes('gpu') && all.every((each) => known.has(each)));
  // The hook is looked for when the engine starts: a machine without a GPU has none.
  if (!isKnown || !facts.gpuWays.includes('hook') || machine.id === 'none') {
    const spelled = `[${capabilities.map((all) => `[${all.join(' ')}]`).join(' ')}]`;
    throw new EngineError(500, `could not select device driver "${driver}" with capabilities: ${spelled}`);
  }
  if (count !== 0 && deviceIds.length > 0) {
    throw new EngineError(500, 'cannot set both Count and DeviceIDs on device request');
  }
  if (count === 0 && deviceIds.length === 0) return nothing;
  const found = machine.resolve(deviceIds.length > 0 ? { deviceIds } : { count });
  if (!found.ok) throw new EngineError(500, hookFailed(found.message));
  const indexes = Array.from({ length: Math.max(count, 0) }, (_, index) => String(index));
  const visible = deviceIds.length > 0 ? deviceIds.join(',') : count < 0 ? 'all' : indexes.join(',');
  const wanted = capabilities.find((all) => all.includes('gpu'))?.filter((each) => each !== 'gpu') ?? [];
  return {
    devices: found.devices,
    env: {
      NVIDIA_VISIBLE_DEVICES: visible,
      ...(wanted.length === 0 ? {} : { NVIDIA_DRIVER_CAPABILITIES: wanted.join(',') }),
    },
  };
}

function hookFailed(said: string): string {
  return `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: ${said}: unknown`;
}

function byCdi({ count, deviceIds }: GpuRequest, machine: Machine, facts: ModeFacts): Grant {
  if (!facts.gpuWays.includes('cdi')) {
    throw new EngineError(500, 'could not select device driver "cdi" with capabilities: []');
  }
  if (count !== 0) throw new EngineError(500, 'unexpected count in CDI device request');
  const names = deviceIds.map((id) => id.replace(/^nvidia\.com\/gpu=/, ''));
  const isForeign = deviceIds.some((id) => id.includes('=') && !id.startsWith('nvidia.com/gpu='));
  const found = machine.resolve(names.includes('all') ? { count: -1 } : { deviceIds: names });
  if (isForeign || !found.ok || machine.id === 'none') {
    throw new EngineError(500, `CDI device injection failed: unresolvable CDI devices ${deviceIds.join(', ')}`);
  }
  return {
    devices: found.devices,
    env: {
      NVIDIA_VISIBLE_DEVICES: 'void',
      ...Object.fromEntries(found.devices.map(({ uuid }) => [`CDI_${uuid.replaceAll('-', '_')}`, uuid])),
    },
  };
}

/** The older way: the runtime reads the container's own variable. */
function byVariable(visible: string, machine: Machine): Grant {
  if (['', 'void', 'none'].includes(visible)) return nothing;
  const found = machine.resolve(visible === 'all' ? { count: -1 } : { deviceIds: visible.split(',') });
  if (!found.ok) throw new EngineError(500, hookFailed(found.message));
  return { devices: found.devices, env: {} };
}
