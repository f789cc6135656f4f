import { readdir } from 'node:fs/promises';
import { win32 } from 'node:path';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps, ProgramResult } from '../deps.ts';
import { haveSlicesMoved, joinGpus } from './join.ts';
import { type ListedGpu, parseList } from './parse-list.ts';
import { createLosses } from './losses.ts';
import { parseMigListing } from './parse-mig-listings.ts';
import type { SmiProcess } from './parse-processes.ts';
import { parseQuery, type QueriedGpu, queryFields } from './parse-query.ts';
import { parseXml, type XmlReport, xmlStart } from './parse-xml.ts';
import type { SavedGpuInstance } from './saved-output.ts';
import { noAnswer, smiFailure } from './smi-errors.ts';
import { parseMemInfo, sharesMemory, withSystemMemory } from './system-memory.ts';
import { hasSystemCode } from '../lib/system-code.ts';

/** Without persistence the driver initialises each GPU on every call, 1–3 s apiece (gpu facts 1.11). */
const timeoutMs = 30_000;
const maxBytes = 12 * 1024 * 1024;
/** What each reading asks for. */
const frequent = new Set(['-q -x', '-L']);

export interface Smi {
  /** The report, with what it does not say: the UUIDs of slices, compute capabilities. Rejects only when the signal aborts. */
  read(signal: AbortSignal): Promise<GpuReport>;
  /** Who was in the GPUs' memory in a reading of this program; empty where it could not be read. */
  processesOf(report: GpuReport): readonly SmiProcess[];
  /** Where the MIG slices of all GPUs lie; null where the driver does not say (it may want an administrator for it). */
  migInstances(signal: AbortSignal): Promise<SavedGpuInstance[] | null>;
}

interface XmlOutcome {
  report: XmlReport;
  failure: AppError | null;
}

type SmiDeps = Pick<CoreDeps, 'run' | 'platform' | 'env' | 'now' | 'memInfo'>;

export function createSmi(deps: SmiDeps): Smi {
  /** The one that answered last; looked for anew when it fails. */
  let program: string | null = null;
  const losses = createLosses();
  let known: { cards: string; queried: QueriedGpu[] } | null = null;
  /** Beside the report: what a page has no use for does not cross the boundary. */
  const processes = new WeakMap<GpuReport, readonly SmiProcess[]>();

  async function run(file: string, args: string[], signal: AbortSignal): Promise<ProgramResult | null> {
    try {
      return await deps.run(file, args, { timeoutMs, maxBytes, signal, isFrequent: frequent.has(args.join(' ')) });
    } catch (error) {
      if (signal.aborted) throw cancelled();
      if (hasSystemCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return null;
      throw error;
    }
  }

  /** Tries each place until one reports; a distribution's own program on WSL comes first on PATH and always fails (gpu facts 1.2). */
  async function readXml(signal: AbortSignal): Promise<XmlOutcome> {
    let failure: AppError | null = null;
    for (const file of program === null ? await places(deps) : [program, ...(await places(deps))]) {
      const result = await run(file, ['-q', '-x'], signal);
      if (result === null) continue;
      const outcome = xmlOutcome(result);
      if (outcome.report !== null) {
        program = file;
        return { report: outcome.report, failure: outcome.failure };
      }
      failure ??= outcome.failure;
      // It would hang the same way from every other place.
      if (result.isTimedOut) break;
    }
    program = null;
    throw failure ?? new AppError('NVIDIA_SMI_MISSING', 'nvidia-smi is neither on PATH nor where drivers put it.');
  }

  async function secondary<T>(args: string[], parse: (text: string) => T[], signal: AbortSignal): Promise<T[]> {
    const result = program === null ? null : await run(program, args, signal);
    // What hangs now hangs in the next call, too: the report is there, and nobody waits a minute for the rest of it.
    if (result?.isTimedOut === true) throw noAnswer();
    return result === null ? [] : parse(result.stdout);
  }

  /** The report and the list of slices, of one moment: read once more where slices came or went between the two. */
  async function readSlices(signal: AbortSignal): Promise<{ found: XmlOutcome; listed: ListedGpu[]; hung: boolean }> {
    let found = await readXml(signal);
    try {
      // Only the UUIDs of slices stand nowhere else.
      if (!found.report.gpus.some(({ migEnabled, migDevices }) => migEnabled === true || migDevices.length > 0))
        return { found, listed: [], hung: false };
      let listed = await secondary(['-L'], parseList, signal);
      if (haveSlicesMoved(found.report.gpus, listed)) {
        found = await readXml(signal);
        listed = await secondary(['-L'], parseList, signal);
      }
      return { found, listed, hung: false };
    } catch (error) {
      if (!isAppError(error, 'GPU_LOST')) throw error;
      return { found, listed: [], hung: true };
    }
  }

  /** What stays the same as long as the cards do is asked once: each of these programs is a process, every few seconds. */
  async function queryOnce({ gpus }: XmlReport, signal: AbortSignal): Promise<QueriedGpu[]> {
    const cards = JSON.stringify(gpus.map(({ index, uuid }) => [index, uuid]));
    if (known?.cards === cards) return known.queried;
    // An old driver that does not know compute_cap fails the query; the rest is still right.
    const query = [`--query-gpu=${queryFields}`, '--format=csv,noheader,nounits'];
    const queried = await secondary(query, parseQuery, signal);
    if (queried.length >= gpus.length && gpus.length > 0) known = { cards, queried };
    return queried;
  }

  return {
    async read(signal) {
      const readAt = new Date(deps.now()).toISOString();
      const begin = performance.now();
      const finish = (report: GpuReport, lostUuids: readonly string[]): GpuReport => {
        const lost = losses.update(report, lostUuids);
        return { ...report, ...(lost.length === 0 ? {} : { lost }), tookMs: Math.round(performance.now() - begin) };
      };
      try {
        const { found, listed, hung } = await readSlices(signal);
        const { report } = found;
        const queried = hung ? null : await orNull(queryOnce(report, signal));
        const failure = found.failure ?? (queried === null ? noAnswer() : null);
        const problem = failure ?? problemOf(report);
        const gpus = joinGpus(report.gpus, listed, queried ?? []);
        const memory = gpus.some(sharesMemory) ? parseMemInfo((await deps.memInfo()) ?? '') : null;
        const read = finish(
          { readAt, gpus: withSystemMemory(gpus, memory), failure: problem?.toFailure() ?? null },
          report.lostUuids,
        );
        processes.set(read, report.processes);
        return read;
      } catch (error) {
        if (signal.aborted) throw cancelled();
        if (!isAppError(error)) throw error;
        return finish({ readAt, gpus: [], failure: error.toFailure() }, []);
      }
    },
    processesOf: (report) => processes.get(report) ?? [],
    async migInstances(signal) {
      const result = program === null ? null : await run(program, ['mig', '-lgi'], signal);
      if (result === null) return null;
      const found = parseMigListing(result.stdout.split('\n').map((line) => line.trim()));
      if (found?.format === 'mig-lgi') return found.instances;
      return /No GPU instances found|No MIG-enabled devices found/i.test(result.stdout + result.stderr) ? [] : null;
    },
  };
}

/** Null: it hung. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isAppError(error, 'GPU_LOST')) return null;
    throw error;
  }
}

function xmlOutcome(result: ProgramResult): { report: XmlReport | null; failure: AppError | null } {
  const start = xmlStart(result.stdout);
  if (start < 0) {
    return {
      report: null,
      failure: smiFailure(result) ?? new AppError('GPU_OUTPUT_UNREADABLE', 'nvidia-smi printed no report.'),
    };
  }
  // A broken board among good ones: warnings first, then a whole report (gpu facts 1.10).
  const failure = smiFailure({ ...result, stdout: result.stdout.slice(0, start) });
  try {
    return { report: parseXml(result.stdout.slice(start)), failure };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { report: null, failure: failure ?? error };
  }
}

function problemOf(report: XmlReport): AppError | null {
  if (report.gpus.length === 0) return new AppError('NO_GPU_FOUND', 'nvidia-smi lists no GPU.');
  return report.hasLostGpu ? new AppError('GPU_LOST', 'The driver has lost a GPU.') : null;
}

/** In the order to try. A desktop icon's PATH is short, hence the full paths (gpu facts 1.2). */
async function places({ platform, env }: SmiDeps): Promise<string[]> {
  if (platform === 'win32') {
    const system = win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32');
    const programs = env['ProgramFiles'] ?? 'C:\\Program Files';
    return [
      'nvidia-smi.exe',
      win32.join(system, 'nvidia-smi.exe'),
      win32.join(programs, 'NVIDIA Corporation', 'NVSMI', 'nvidia-smi.exe'),
      ...(await driverStore(win32.join(system, 'DriverStore', 'FileRepository'))),
    ];
  }
  return platform === 'linux' ? ['nvidia-smi', '/usr/bin/nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'] : ['nvidia-smi'];
}

async function driverStore(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => {
    // Not there or not readable: then there is no driver in it to find.
    return [];
  });
  return entries.filter((name) => name.startsWith('nv')).map((name) => win32.join(folder, name, 'nvidia-smi.exe'));
}
