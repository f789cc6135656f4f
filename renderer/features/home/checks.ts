import type { Disk } from '../../../shared/contract/disks.ts';
import type { EngineState } from '../../../shared/contract/engine.ts';
import type { GpuDevice, GpuReport } from '../../../shared/contract/gpu.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { NgcStatus } from '../../../shared/contract/ngc.ts';
import { littleDiskBytes } from '../../../shared/doctor.ts';
import { errorCatalog, type ErrorCode } from '../../../shared/errors.ts';
import { formatBytes, formatMemory } from '../../../shared/format.ts';
import { needsKey } from '../../app/notices.ts';
import { words } from '../../words.ts';

export type CheckId = 'engine' | 'driver' | 'gpu' | 'toolkit' | 'key' | 'disk';
export type CheckState = 'pending' | 'good' | 'warn' | 'bad' | 'unknown' | 'not-needed';

/** What was looked at, what was seen, and what would mend it. */
export interface Check {
  id: CheckId;
  state: CheckState;
  evidence: string;
  /** Null where there is nothing to mend, or nothing known to mend it with. */
  fix: string | null;
}

export interface GpuFacts extends Pick<GpuReport, 'failure'> {
  gpus: Pick<GpuDevice, 'index' | 'name' | 'memoryTotalMiB' | 'driverVersion' | 'cudaVersion'>[];
}

/** What of a reading is checked: not how warm the GPUs are and what else changes with each. */
export const gpuFacts = ({ failure, gpus }: GpuReport): GpuFacts => ({
  failure,
  gpus: gpus.map(({ index, name, memoryTotalMiB, driverVersion, cudaVersion }) => ({
    index,
    name,
    memoryTotalMiB,
    driverVersion,
    cudaVersion,
  })),
});

/** A disk as it is checked: free space moves by some bytes all the time, and what is said of it hardly ever. */
export interface DiskFacts extends Pick<Disk, 'folder'> {
  free: string;
  total: string;
  isLow: boolean;
}

export const diskFacts = (disks: readonly Disk[]): DiskFacts[] =>
  disks.map(({ folder, freeBytes, totalBytes }) => ({
    folder,
    free: formatBytes(freeBytes),
    total: formatBytes(totalBytes),
    isLow: freeBytes < littleDiskBytes,
  }));

export interface Machine {
  /** Undefined: not known yet. */
  engine: EngineState | undefined;
  gpu: GpuFacts | undefined;
  ngc: NgcStatus | undefined;
  jobs: readonly Job[];
  disks: readonly DiskFacts[] | undefined;
}

const { evidence, fixes } = words.home;

const check = (id: CheckId, state: CheckState, seen: string, fix: string | null = null): Check => ({
  id,
  state,
  evidence: seen,
  fix,
});
const failed = (id: CheckId, code: ErrorCode, message: string, state: CheckState = 'bad') =>
  check(id, state, message === '' ? errorCatalog[code].title : message, errorCatalog[code].remedy);

/** In the order in which one depends on the other. */
export function checkMachine({ engine, gpu, ngc, jobs, disks }: Machine): Check[] {
  return [
    engineCheck(engine),
    driverCheck(gpu),
    gpuCheck(gpu),
    toolkitCheck(engine, gpu),
    keyCheck(ngc, jobs),
    diskCheck(disks),
  ];
}

function engineCheck(engine: EngineState | undefined): Check {
  if (engine === undefined || engine.status === 'connecting') return check('engine', 'pending', evidence.looking);
  if (engine.status === 'connected') {
    const name = words.engine.named(words.engine.kinds[engine.kind ?? 'unknown'], engine.version);
    return check('engine', 'good', evidence.engine(name, engine.endpoint?.address ?? null));
  }
  const { code, message } = engine.failure ?? { code: 'ENGINE_UNREACHABLE' as const, message: '' };
  return failed('engine', code, message);
}

function driverCheck(gpu: GpuFacts | undefined): Check {
  if (gpu === undefined) return check('driver', 'pending', evidence.looking);
  // A reading that found cards has been answered by a driver, whatever else went wrong.
  if (gpu.failure !== null && gpu.gpus.length === 0) return failed('driver', gpu.failure.code, gpu.failure.message);
  const { driverVersion = null, cudaVersion = null } = gpu.gpus.find((each) => each.driverVersion !== null) ?? {};
  if (driverVersion === null) return check('driver', 'unknown', evidence.driverUnknown);
  return check('driver', 'good', evidence.driver(driverVersion, cudaVersion));
}

export function gpuName({ name, index, memoryTotalMiB }: GpuFacts['gpus'][number]): string {
  const known = name ?? words.gpu.device(index, null);
  return evidence.gpuOf(known, memoryTotalMiB === null ? null : formatMemory(memoryTotalMiB));
}

function gpuCheck(gpu: GpuFacts | undefined): Check {
  if (gpu === undefined) return check('gpu', 'pending', evidence.looking);
  if (gpu.gpus.length === 0) {
    return gpu.failure === null
      ? check('gpu', 'bad', evidence.noGpu, errorCatalog.NO_GPU_FOUND.remedy)
      : check('gpu', 'unknown', evidence.noDriver);
  }
  if (gpu.failure !== null) return failed('gpu', gpu.failure.code, gpu.failure.message, 'warn');
  return check('gpu', 'good', evidence.gpus(gpu.gpus.map(gpuName)));
}

/** What the engine lists; that a container really sees the GPU is proven only by one (gpu facts 5.2). */
function toolkitCheck(engine: EngineState | undefined, gpu: GpuFacts | undefined): Check {
  if (engine === undefined || engine.status === 'connecting' || gpu === undefined)
    return check('toolkit', 'pending', evidence.looking);
  if (engine.status !== 'connected') return check('toolkit', 'unknown', evidence.engineAway);
  const { hasNvidiaRuntime, hasCdi } = engine;
  if (hasNvidiaRuntime === true || hasCdi === true) {
    const by = hasNvidiaRuntime !== true ? 'cdi' : hasCdi === true ? 'both' : 'runtime';
    return check('toolkit', 'good', evidence.toolkit[by]);
  }
  if (gpu.gpus.length === 0) return check('toolkit', 'not-needed', evidence.toolkitNoGpu);
  if (hasNvidiaRuntime === null && hasCdi === null) return check('toolkit', 'unknown', evidence.toolkitUnknown);
  return check('toolkit', 'bad', evidence.toolkitMissing, errorCatalog.NVIDIA_RUNTIME_MISSING.remedy);
}

/** Only what was refused without a key makes one needed. */
function keyCheck(ngc: NgcStatus | undefined, jobs: readonly Job[]): Check {
  if (ngc === undefined) return check('key', 'pending', evidence.looking);
  if (ngc.state === 'rejected')
    return failed('key', ngc.failure?.code ?? 'NGC_KEY_REJECTED', ngc.failure?.message ?? '');
  if (ngc.state === 'signed-in') return check('key', 'good', evidence.keySignedIn(ngc.keyHint ?? ''));
  if (ngc.state === 'unchecked')
    return failed('key', ngc.failure?.code ?? 'NGC_UNREACHABLE', ngc.failure?.message ?? '', 'warn');
  const refused = jobs.find((job) => job.failure !== null && needsKey(job.failure.code));
  return refused === undefined
    ? check('key', 'not-needed', evidence.keyNotNeeded)
    : check('key', 'bad', evidence.keyNeeded(refused.title), errorCatalog.NGC_KEY_MISSING.remedy);
}

function diskCheck(disks: readonly DiskFacts[] | undefined): Check {
  if (disks === undefined) return check('disk', 'pending', evidence.looking);
  if (disks.length === 0) return check('disk', 'unknown', evidence.diskUnknown);
  const seen = disks.map(({ free, total, folder }) => evidence.diskFree(free, total, folder));
  const isLow = disks.some((disk) => disk.isLow);
  return check('disk', isLow ? 'warn' : 'good', evidence.both(seen), isLow ? fixes.diskLow : null);
}
