import type { Api } from '../shared/contract/index.ts';
import type { Job } from '../shared/contract/jobs.ts';
import type { Nim, NimList } from '../shared/contract/nims.ts';
import type { TargetInfo } from '../shared/contract/targets.ts';
import { AppError } from '../shared/errors.ts';

/** Waits until the engine was asked; throws the failure of one that cannot be used. */
export async function requireEngine(api: Api, signal: AbortSignal): Promise<void> {
  for await (const state of api.engine.watch({}, { signal })) {
    if (state.status === 'connected') return;
    if (state.status === 'connecting') continue;
    const failure = state.failure ?? { code: 'ENGINE_UNREACHABLE' as const, message: 'No engine answers.' };
    throw new AppError(failure.code, failure.message, failure.detail);
  }
  throw new AppError('CANCELLED', 'Cancelled.');
}

export async function knownNims(api: Api, signal: AbortSignal): Promise<Nim[]> {
  await requireEngine(api, signal);
  for await (const list of api.nims.watch({}, { signal })) {
    if (list.isKnown) return list.nims;
  }
  throw new AppError('CANCELLED', 'Cancelled.');
}

export function pickNim(nims: NimList['nims'], name: string): Nim {
  const found =
    nims.find((nim) => nim.name === name || nim.id === name) ??
    // As the docker client does: the beginning of an id will do when it is the only one.
    oneOf(nims.filter((nim) => name.length >= 4 && nim.id.startsWith(name)));
  if (found !== null) return found;
  const names = nims.map((nim) => nim.name).join(', ');
  throw new AppError(
    'NOT_FOUND',
    `There is no NIM “${name}”. ${names === '' ? 'There is none.' : `There are: ${names}.`}`,
  );
}

function oneOf(nims: Nim[]): Nim | null {
  return nims.length === 1 ? (nims[0] ?? null) : null;
}

export async function findNim(api: Api, name: string, signal: AbortSignal): Promise<Nim> {
  return pickNim(await knownNims(api, signal), name);
}

/**
 * Who can be asked under a NIM's name, a model's id or an address's name; of several that are called alike one that is
 * ready is meant, and before others the one on this machine. Throws NOT_FOUND, and BAD_INPUT where it only embeds or ranks.
 */
export async function findTarget(
  api: { chat: Pick<Api['chat'], 'targets'> },
  name: string,
  signal: AbortSignal,
): Promise<TargetInfo> {
  for await (const { targets } of api.chat.targets({}, { signal })) {
    const isNamed = (each: TargetInfo) => each.name === name || each.model === name;
    const found = targets.find((each) => isNamed(each) && each.state === 'ready') ?? targets.find(isNamed);
    if (found?.capabilities.chat === false)
      throw new AppError('BAD_INPUT', `${found.name} does not chat: it is made for other work.`);
    if (found !== undefined) return found;
    const known = targets.filter(canAsk).map((each) => each.name);
    const hint = known.length === 0 ? 'Nobody can be asked now.' : `Ready: ${known.slice(0, 20).join(', ')}`;
    throw new AppError('NOT_FOUND', `There is nobody called “${name}” to ask. ${hint}`);
  }
  throw new AppError('CANCELLED', 'Cancelled.');
}

const canAsk = ({ state, capabilities }: TargetInfo) => state === 'ready' && capabilities.chat !== false;

/** Calls back with each newer state of the job and answers with its last. */
export async function followJob(
  api: Api,
  jobId: string,
  signal: AbortSignal | undefined,
  onState: (job: Job) => void,
): Promise<Job> {
  for await (const jobs of api.jobs.watch({}, { signal })) {
    const job = jobs.find((candidate) => candidate.id === jobId);
    if (job === undefined) continue;
    onState(job);
    if (job.state !== 'running') return job;
  }
  throw new AppError('CANCELLED', 'Cancelled.');
}

/** Throws the failure of a job that did not end well. */
export function requireDone(job: Job): void {
  if (job.state === 'done') return;
  if (job.failure !== null) throw new AppError(job.failure.code, job.failure.message, job.failure.detail);
  throw new AppError(job.state === 'interrupted' ? 'PULL_INTERRUPTED' : 'CANCELLED', `${job.title}: ${job.state}`);
}

/** The NIM once its start is over, ready or not; `onWait` is called when there is something to wait for. */
export async function startedNim(
  api: Api,
  name: string,
  signal: AbortSignal,
  onWait: (nim: Nim) => void,
): Promise<Nim> {
  await requireEngine(api, signal);
  let isWaiting = false;
  for await (const list of api.nims.watch({}, { signal })) {
    if (!list.isKnown) continue;
    const nim = pickNim(list.nims, name);
    if (nim.status !== 'starting') return nim;
    if (!isWaiting) onWait(nim);
    isWaiting = true;
  }
  throw new AppError('CANCELLED', 'Cancelled.');
}
