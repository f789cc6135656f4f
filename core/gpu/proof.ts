import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuProof, ProofDevice, ProofDoubt } from '../../shared/contract/gpu-proof.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { chosenPlaces, type GpuPlace, gpuPlaces } from '../../shared/gpu-places.ts';
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
  return chosenPlaces(choice, gpuPlaces(report)).flatMap((place) => {
    if (typeof place !== 'string') return [toDevice(place, null)];
    return /^(?:nvidia\.com\/gpu=)?(?:GPU|MIG)-/.test(place)
      ? [{ id: place.replace(/^.*=/, ''), name: null, gpuIndex: null, memoryMiB: null }]
      : [];
  });
}

/** Pure: what this reading says. What has gone counts before what is still held elsewhere. */
export function findIn(input: FindingInput): Finding {
  const { nimId, report, processes, owners, given, blind } = input;
  if (blind === 'engine-elsewhere') return { kind: 'doubt', doubt: blind };
  const gone = goneFrom(report, given);
  if (gone !== null) return gone;
  if (report.gpus.length === 0 || isTorn(report)) return { kind: 'doubt', doubt: 'driver-silent' };
  const listed = gpuPlaces(report);
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
  const there = new Set([...gpuPlaces(report).map(({ id }) => id), ...gpus.map(({ uuid }) => uuid)]);
  const dead = new Set((report.lost ?? []).map(({ uuid }) => uuid));
  const isSaid = (id: string) => !(id.startsWith('MIG-') && isTorn(report));
  const devices = given.filter(({ id }) => (!there.has(id) && isSaid(id)) || dead.has(id));
  const [first] = devices;
  if (first === undefined) return null;
  if (gpus.length === 0 && failure !== null) {
    return { kind: 'gone', devices, failure: new AppError(failure.code, failure.message) };
  }
  return { kind: 'gone', devices, failure: causeOf(first, report) };
}

/**
 * The driver changed between the calls that make up a reading: it lists slices, and the call that names them did not. Such
 * a reading says of no slice that it is gone.
 */
const isTorn = ({ gpus }: GpuReport) => gpus.some(({ migDevices }) => migDevices.some(({ uuid }) => uuid === null));

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

const toDevice = ({ id, gpu, slice }: GpuPlace, memoryMiB: number | null): ProofDevice => ({
  id,
  name: [gpu.name, slice?.profile ?? null].filter((part) => part !== null).join(' ') || null,
  gpuIndex: gpu.index,
  memoryMiB,
});

function isOn({ gpuUuid, gi, ci }: SmiProcess, { gpu, slice }: GpuPlace): boolean {
  if (gpuUuid !== gpu.uuid) return false;
  return slice === null || (gi === slice.gi && (ci ?? slice.ci) === slice.ci);
}

const isGiven = ({ id }: GpuPlace, given: readonly ProofDevice[]) =>
  given.length === 0 || given.some((each) => each.id === id);

/** Null where the driver tells it of none of them. */
function sumOf(processes: readonly SmiProcess[]): number | null {
  return processes.reduce<number | null>(
    (sum, { memoryMiB }) => (memoryMiB === null ? sum : (sum ?? 0) + memoryMiB),
    null,
  );
}

/** Somebody uses it, and nobody says who: then it may as well be this NIM. */
function hasUnnamed(place: GpuPlace, processes: readonly SmiProcess[], owners: ReadonlyMap<number, Owner>): boolean {
  const on = processes.filter((process) => isOn(process, place));
  if (on.some(({ pid }) => owners.get(pid)?.kind === 'unknown')) return true;
  // What a system uses of its memory says nothing of a GPU that shares it.
  const usedMiB = place.gpu.isMemoryShared ? null : (place.slice ?? place.gpu).memoryUsedMiB;
  // In a container the list of processes is empty; what they hold is told all the same.
  const isCounted = on.every(({ memoryMiB }) => memoryMiB !== null);
  return isCounted && usedMiB !== null && usedMiB - (sumOf(on) ?? 0) > unnamedMiB;
}

export const notUsed = (): AppError =>
  new AppError('GPU_NOT_USED', 'It was given a GPU, and none of its processes holds memory there.');

/** As it is told to pages and terminals. @param why of a finding that nothing is held */
export function proofOf(
  finding: Finding,
  run: Pick<GpuProof, 'nimId' | 'startedAt' | 'since'>,
  why: AppError | null,
): GpuProof {
  const rest = { ...run, devices: [], failure: null, doubt: null, isRestartUseful: false, isBack: false };
  if (finding.kind === 'held') return { ...rest, state: 'proven', devices: finding.devices };
  if (finding.kind === 'doubt') return { ...rest, state: 'unknown', doubt: finding.doubt };
  if (finding.kind === 'nothing') return { ...rest, state: 'none', failure: (why ?? notUsed()).toFailure() };
  return { ...rest, state: 'lost', devices: finding.devices, failure: finding.failure.toFailure() };
}
