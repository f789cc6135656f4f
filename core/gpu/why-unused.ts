import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { ProofDevice } from '../../shared/contract/gpu-proof.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { ProgramResult } from '../deps.ts';
import { toldWay, type ToldWay } from '../lib/gpu-way.ts';
import { parseList } from './parse-list.ts';
import { notUsed } from './proof.ts';
import { knownProblem } from './smi-errors.ts';

/** What the engine keeps of how a container was made, as far as a GPU depends on it. */
export interface ContainerGpuFacts {
  way: ToldWay | null;
  /** Only the variables that decide about GPUs: the others may hold secrets. */
  variables: ReadonlyMap<string, string>;
}

const inspectAnswer = z.object({
  Config: z.object({ Env: z.array(z.string()).nullish() }),
  HostConfig: z
    .object({
      Runtime: z.string().nullish(),
      DeviceRequests: z.array(z.object({ Driver: z.string().nullish() })).nullish(),
      Devices: z.array(z.object({ PathOnHost: z.string().nullish() })).nullish(),
    })
    .nullish(),
});

const deciding = new Set(['CUDA_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES']);

/** @param answer of `GET /containers/{id}/json`; throws where it is none */
export function readGpuFacts(answer: unknown): ContainerGpuFacts {
  const { Config, HostConfig } = inspectAnswer.parse(answer);
  const variables = (Config.Env ?? []).flatMap((entry): [string, string][] => {
    const at = entry.indexOf('=');
    const name = at < 0 ? entry : entry.slice(0, at);
    return deciding.has(name) ? [[name, at < 0 ? '' : entry.slice(at + 1)]] : [];
  });
  return { way: toldWay(HostConfig), variables: new Map(variables) };
}

/** What `nvidia-smi -L` says inside of a container. */
export type Inside =
  | { kind: 'sees'; ids: readonly string[] }
  | { kind: 'broken'; failure: AppError }
  /** It is not in there: NVIDIA's toolkit brings it along unless it is told not to. */
  | { kind: 'no-program' }
  /** It was not asked, or did not answer. */
  | { kind: 'no-answer' };

/** Older engines print it and say so by the exit code only afterwards. */
const missing = /"nvidia-smi"?: (?:executable file not found|.*no such file or directory)/i;

export function readInside(result: ProgramResult): Inside {
  const { exitCode, stdout, stderr, isTimedOut } = result;
  if (isTimedOut) return { kind: 'no-answer' };
  if (exitCode === 126 || exitCode === 127 || missing.test(stdout)) return { kind: 'no-program' };
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const listed = parseList(stdout);
  // A parent in MIG mode is listed above its slices; only they can be used.
  const ids = listed.flatMap(({ uuid, migDevices }) =>
    migDevices.length > 0 ? migDevices.map((slice) => slice.uuid) : [uuid],
  );
  const known = ids.filter((id) => id !== null);
  if (known.length > 0) return { kind: 'sees', ids: known };
  const problem = knownProblem(lines);
  if (problem !== null) {
    return { kind: 'broken', failure: new AppError(problem.code, `Inside the container: ${problem.line}`) };
  }
  return exitCode === 0 ? { kind: 'sees', ids: [] } : { kind: 'no-answer' };
}

interface Clues {
  engine: Pick<EngineState, 'kind'>;
  facts: ContainerGpuFacts | null;
  inside: Inside;
  given: readonly ProofDevice[];
  report: GpuReport;
}

/**
 * Which link is broken between a choice of GPUs and a NIM whose processes hold nothing there: the first one on the way
 * from the engine into the process. Pure.
 */
export function whyUnused({ engine, facts, inside, given, report }: Clues): AppError {
  if (facts !== null && facts.way === null) {
    return new AppError('GPU_REQUEST_IGNORED', 'The engine kept no request for a GPU with this container.');
  }
  if (engine.kind === 'podman' && facts?.way === 'hook') {
    return new AppError(
      'GPU_REQUEST_IGNORED',
      'Podman accepts Docker’s GPU requests and passes them over; only CDI names reach it.',
    );
  }
  const hidden = hiddenBy(facts);
  if (hidden !== null) return new AppError('GPU_HIDDEN_BY_ENV', `The container has ${hidden}.`, { variable: hidden });
  if (inside.kind === 'broken') {
    return inside.failure.code === 'NO_GPU_FOUND' ? neverArrived() : inside.failure;
  }
  if (inside.kind === 'sees' && inside.ids.length === 0) return neverArrived();
  const uncut = report.gpus.find(
    ({ uuid, migEnabled, migDevices }) =>
      migEnabled === true && migDevices.length === 0 && (given.length === 0 || given.some(({ id }) => id === uuid)),
  );
  if (uncut !== undefined) {
    return new AppError('MIG_NO_INSTANCES', `GPU ${uncut.index} is in MIG mode and has no slice: nothing runs on it.`);
  }
  return notUsed();
}

const neverArrived = (): AppError =>
  new AppError('GPU_REQUEST_IGNORED', 'The engine accepted the request, and no GPU arrived in the container.');

/** CUDA takes an empty list, a negative number or an unknown id as the end of the list (CUDA's programming guide). */
function hiddenBy(facts: ContainerGpuFacts | null): string | null {
  const cuda = facts?.variables.get('CUDA_VISIBLE_DEVICES');
  if (cuda !== undefined && /^(?:|-\d+|none|void|NoDevFiles)(?:,.*)?$/i.test(cuda.trim())) {
    return `CUDA_VISIBLE_DEVICES=${cuda}`;
  }
  // By a request the engine sets this one itself, whatever stands there (gpu facts 5.3).
  const visible = facts?.way === 'runtime' ? facts.variables.get('NVIDIA_VISIBLE_DEVICES') : undefined;
  if (visible !== undefined && ['', 'void', 'none'].includes(visible.trim()))
    return `NVIDIA_VISIBLE_DEVICES=${visible}`;
  return null;
}
