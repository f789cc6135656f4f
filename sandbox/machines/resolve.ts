import type { MachineFacts } from './boards.ts';
import type { Resolution, SimulatedDevice } from './device.ts';

const cdiPrefix = 'nvidia.com/gpu=';

/** NVIDIA's hook, and the engine's own CDI for names with its prefix, over what the machine has (gpu facts 5.4, 5.6). */
export function resolveRequest(
  state: MachineFacts['state'],
  devices: readonly SimulatedDevice[],
  { count = 0, deviceIds = [] }: { count?: number; deviceIds?: readonly string[] },
): Resolution {
  // A count is the first GPUs by number, as the engine itself writes it into the request.
  const ids =
    deviceIds.length > 0 ? deviceIds : count < 0 ? ['all'] : Array.from({ length: count }, (_, i) => String(i));
  const found = ids.map((id) => ({ id, devices: lookUp(devices, id) }));
  const missing = found.filter((one) => one.devices.length === 0).map(({ id }) => id);
  const unresolved = missing.filter((id) => id.startsWith(cdiPrefix));
  if (unresolved.length > 0) {
    return refused(`CDI device injection failed: unresolvable CDI devices ${unresolved.join(', ')}`);
  }
  if (ids.length > 0 && state !== 'works') {
    return refused(`nvidia-container-cli: initialization error: ${brokenBecause[state]}`);
  }
  if (missing.length > 0) return refused(`nvidia-container-cli: device error: ${missing[0]}: unknown device`);
  return { ok: true, devices: [...new Set(found.flatMap((one) => one.devices))] };
}

const refused = (message: string): Resolution => ({ ok: false, message });

const brokenBecause: Readonly<Record<Exclude<MachineFacts['state'], 'works'>, string>> = {
  'no-program': 'load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory',
  mismatch: 'nvml error: driver/library version mismatch',
};

function lookUp(devices: readonly SimulatedDevice[], asked: string): SimulatedDevice[] {
  const id = asked.startsWith(cdiPrefix) ? asked.slice(cdiPrefix.length) : asked;
  if (id === 'all') return withoutParents(devices);
  const slice = /^(\d+):(\d+)$/.exec(id);
  return devices.filter((device) => {
    if (device.uuid === id) return true;
    if (slice === null) return device.kind === 'gpu' && String(device.index) === id;
    const parent = devices.find(({ uuid }) => uuid === device.parentUuid);
    return device.kind === 'mig' && String(device.index) === slice[2] && String(parent?.index) === slice[1];
  });
}

/** A GPU in slices is there, but only its slices run anything. */
function withoutParents(devices: readonly SimulatedDevice[]): SimulatedDevice[] {
  return devices.filter(({ uuid }) => !devices.some(({ parentUuid }) => parentUuid === uuid));
}
