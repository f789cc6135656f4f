import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuProof, ProofDevice, ProofDoubt } from '../../shared/contract/gpu-proof.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { chosenGpus } from '../lib/chosen-gpus.ts';
import type { Owner } from './owners.ts';
import type { SmiProcess } from './parse-processes.ts';

/** What one reading of the driver says about one NIM, before anybody asks why. */
export type Finding =
  | { kind: 'held'; devices: ProofDevice[] }
  | { kind: 'nothing' }
  | { kind: 'gone'; devices: ProofDevice[]; failure: AppError }
  | { kind: 'doubt'; doubt: ProofDoubt };

export interface FindingInput {
  nimId: string;
  report: GpuReport;
  processes: readonly SmiProcess[];
  owners: ReadonlyMap<number, Owner>;
  /** What this run was seen to be given. */
  given: readonly ProofDevice[];
  /** Where the engine's processes cannot be told apart from here. */
  blind: Exclude<ProofDoubt, 'driver-silent' | 'processes-hidden'> | null;
}

/** A GPU, or a slice of one, as listed now. */
interface Listed extends ProofDevice {
  gpuUuid: string | null;
  gi: number | null;
  ci: number | null;
  usedMiB: number | null;
}

/** With these the driver itself says that a GPU is not there any more; with any other it says nothing of it. */
const goneCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['GPU_LOST', 'NO_GPU_FOUND', 'DRIVER_NOT_LOADED']);

/** Of a device's used memory, so much may belong to nobody: the driver itself, and what it kept before R510. */
const unnamedMiB = 1_024;

/**
 * The devices that a choice means on this machine now; empty while they cannot be read. What was chosen by UUID and is not
 * listed comes without a name.
 */
export function givenDevices(choice: GpuChoice, report: GpuReport): ProofDevice[] {
  if (report.gpus.length === 0) return [];
  const listed = listDevices(report);
  // One lost GPU among others does not make the others unreadable.
  const chosen = chosenGpus(choice, { ...report, failure: null }) ?? [];
  return chosen.flatMap(({ id, name }) => {
    const found = listed.find((device) => device.id === id);
    if (found !== undefined) return [toDevice(found, null)];
    return name === null && /^(?:nvidia\.com\/gpu=)?(?:GPU|MIG)-/.test(id)
      ? [{ id: id.replace(/^.*=/, ''), name: null, gpuIndex: null, memoryMiB: null }]
      : [];
  });
}

/** Pure: what this reading says. What has gone counts before what is still held elsewhere. */
export function findIn(input: FindingInput): Finding {
  const { nimId, report, processes, owners, given, blind } = input;
  if (blind === 'engine-elsewhere') return { kind: 'doubt', doubt: blind };
  const gone = goneFrom(report, given);
  if (gone !== null) return gone;
  if (report.gpus.length === 0) return { kind: 'doubt', doubt: 'driver-silent' };
  const listed = listDevices(report);
  const mine = processes.filter(({ pid }) => {
    const owner = owners.get(pid);
    return owner?.kind === 'container' && owner.id === nimId;
  });
  const devices = listed.flatMap((device) => {
    const held = mine.filter((process) => isOn(process, device));
    return held.length === 0 ? [] : [toDevice(device, sumOf(held))];
  });
  if (devices.length > 0) return { kind: 'held', devices };
  if (blind !== null) return { kind: 'doubt', doubt: blind };
  return listed.some((device) => isGiven(device, given) && hasUnnamed(device, processes, owners))
    ? { kind: 'doubt', doubt: 'processes-hidden' }
    : { kind: 'nothing' };
}

/** Null: everything that was given is still listed, or the driver does not say. */
function goneFrom(report: GpuReport, given: readonly ProofDevice[]): Finding | null {
  const { failure, gpus } = report;
  if (gpus.length === 0 && (failure === null || !goneCodes.has(failure.code))) return null;
  // A whole GPU that is cut into slices is there all the same.
  const there = new Set([...listDevices(report).map(({ id }) => id), ...gpus.map(({ uuid }) => uuid)]);
  const dead = new Set((report.lost ?? []).map(({ uuid }) => uuid));
  const devices = given.filter(({ id }) => !there.has(id) || dead.has(id));
  const [first] = devices;
  if (first === undefined) return null;
  if (gpus.length === 0 && failure !== null) {
    return { kind: 'gone', devices, failure: new AppError(failure.code, failure.message) };
  }
  return { kind: 'gone', devices, failure: causeOf(first, report) };
}

/** A slice goes in other ways than a card, and comes back in other ways. */
function causeOf({ id, name, gpuIndex }: ProofDevice, report: GpuReport): AppError {
  const said = name === null ? id : `${name} (${id})`;
  if (!id.startsWith('MIG-')) {
    // The driver's own words where they are about a lost card, else our reading of its list.
    const { failure } = report;
    const words = failure?.code === 'GPU_LOST' ? failure.message : `The driver no longer lists ${said}.`;
    return new AppError('GPU_LOST', words, { device: id });
  }
  const parent = report.gpus.find(({ index }) => index === gpuIndex);
  if (parent === undefined && gpuIndex !== null) {
    return new AppError('GPU_LOST', `The driver no longer lists GPU ${gpuIndex}, and its slice ${said} went with it.`, {
      device: id,
    });
  }
  return parent?.migEnabled === true && parent.migDevices.length === 0
    ? new AppError('MIG_NO_INSTANCES', `The slice ${said} is gone, and its GPU has no other.`, { device: id })
    : new AppError('GPU_UNKNOWN', `The slice ${said} is gone: slices were changed, or the GPU was reset.`, {
        device: id,
      });
}

function listDevices(report: GpuReport): Listed[] {
  return report.gpus.flatMap((gpu): Listed[] => {
    const base = { gpuIndex: gpu.index, memoryMiB: null, gpuUuid: gpu.uuid };
    // What a system uses of its memory says nothing of a GPU that shares it.
    const usedMiB = gpu.isMemoryShared ? null : gpu.memoryUsedMiB;
    if (gpu.migEnabled !== true) {
      const id = gpu.uuid ?? String(gpu.index);
      return [{ ...base, id, name: gpu.name, gi: null, ci: null, usedMiB }];
    }
    return gpu.migDevices.map((slice) => ({
      ...base,
      id: slice.uuid ?? `${gpu.index}:${slice.index ?? '?'}`,
      name: [gpu.name, slice.profile].filter((part) => part !== null).join(' ') || null,
      gi: slice.gi,
      ci: slice.ci,
      usedMiB: slice.memoryUsedMiB,
    }));
  });
}

const toDevice = ({ id, name, gpuIndex }: Listed, memoryMiB: number | null): ProofDevice => ({
  id,
  name,
  gpuIndex,
  memoryMiB,
});

function isOn({ gpuUuid, gi, ci }: SmiProcess, device: Listed): boolean {
  return gpuUuid === device.gpuUuid && (device.gi === null || (gi === device.gi && (ci ?? device.ci) === device.ci));
}

const isGiven = ({ id }: Listed, given: readonly ProofDevice[]) =>
  given.length === 0 || given.some((each) => each.id === id);

/** Null where the driver tells it of none of them. */
function sumOf(processes: readonly SmiProcess[]): number | null {
  return processes.reduce<number | null>(
    (sum, { memoryMiB }) => (memoryMiB === null ? sum : (sum ?? 0) + memoryMiB),
    null,
  );
}

/** Somebody uses it, and nobody says who: then it may as well be this NIM. */
function hasUnnamed(device: Listed, processes: readonly SmiProcess[], owners: ReadonlyMap<number, Owner>): boolean {
  const on = processes.filter((process) => isOn(process, device));
  if (on.some(({ pid }) => owners.get(pid)?.kind === 'unknown')) return true;
  // In a container the list of processes is empty; what they hold is told all the same.
  const isCounted = on.every(({ memoryMiB }) => memoryMiB !== null);
  return isCounted && device.usedMiB !== null && device.usedMiB - (sumOf(on) ?? 0) > unnamedMiB;
}

/** What a page, a terminal and a notice say of a finding; the why of `none` is found out by whoever asks for it. */
export function proofOf(
  finding: Finding,
  run: Pick<GpuProof, 'nimId' | 'startedAt' | 'since'>,
  why: AppError | null,
): GpuProof {
  const rest = { ...run, devices: [], failure: null, doubt: null, isRestartUseful: false };
  switch (finding.kind) {
    case 'held':
      return { ...rest, state: 'proven', devices: finding.devices };
    case 'gone':
      return { ...rest, state: 'lost', devices: finding.devices, failure: finding.failure.toFailure() };
    case 'doubt':
      return { ...rest, state: 'unknown', doubt: finding.doubt };
    case 'nothing':
      return { ...rest, state: 'none', failure: (why ?? notUsed()).toFailure() };
  }
}

export const notUsed = (): AppError =>
  new AppError('GPU_NOT_USED', 'It was given a GPU, and none of its processes holds memory there.');
