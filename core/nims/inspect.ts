import type { NimCost, NimDetails } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { EngineService } from '../engine/service.ts';
import type { GpuService } from '../gpu/service.ts';
import { askNim } from '../lib/ask-nim.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { LogsService } from '../logs/service.ts';
import { parseMetrics } from '../metrics/parse-metrics.ts';
import { folderSize, modelFolder } from './cost.ts';
import { askForDetails, type NimAnswers, toDetails } from './describe.ts';
import type { NimRecord } from './record.ts';
import type { Entry, Roster } from './roster.ts';
import { addressOf } from './run.ts';

export interface InspectParts {
  engine: EngineService;
  gpu: Pick<GpuService, 'api'>;
  logs: LogsService;
  roster: Roster;
  record: NimRecord;
}

/** A NIM answers these at once or not at all; one that is busy must not keep a page waiting. */
const answerMs = 2_000;
/** `nvidia-smi` of a driver in trouble can take many seconds: what the GPU is called can do without. */
const gpuMs = 5_000;

/** Everything that can be said of a NIM; asks the engine, the NIM itself and its log. */
export async function inspectNim(parts: InspectParts, id: string, signal: AbortSignal): Promise<NimDetails> {
  const { engine, record, roster } = parts;
  const entry = roster.get(id);
  const [said, answers, gpus, lastStart] = await Promise.all([
    askForDetails(engine.docker(), id, signal),
    askItself(parts, entry, signal),
    readGpus(parts, entry, signal),
    record.lastStart(entry.facts.reference).catch(() => null),
  ]);
  return toDetails({ ...said, answers, gpus, lastStart });
}

async function readGpus({ gpu }: InspectParts, { facts }: Entry, signal: AbortSignal) {
  if (facts.gpus.kind === 'none') return null;
  try {
    return await gpu.api.read({}, { signal: AbortSignal.any([signal, AbortSignal.timeout(gpuMs)]) });
  } catch (error) {
    if (signal.aborted) throw error;
    // What it was given can be said without what that is called.
    return null;
  }
}

const metadata = z.object({
  profile_id: z.string().nullish(),
  profile_name: z.string().nullish(),
  selectedModelProfileId: z.string().nullish(),
});
const models = z.object({ data: z.array(z.object({ max_model_len: z.number().nullish() })) });

async function askItself({ logs }: InspectParts, { facts, run }: Entry, signal: AbortSignal): Promise<NimAnswers> {
  const address = run?.readiness() === 'ready' ? addressOf(facts) : null;
  const ask = async (path: string) => {
    if (address === null) return null;
    const answer = await askNim(address, path, { signal, timeoutMs: answerMs });
    return answer?.status === 200 ? parseJson(answer.body) : null;
  };
  const [about, served, ...lines] = await Promise.all([
    ask('/v1/metadata'),
    ask('/v1/models'),
    logs.find(facts.id, 'profile', 20),
    logs.find(facts.id, 'precision', 5),
    logs.find(facts.id, 'TP/PP', 2),
    logs.find(facts.id, 'parser', 5),
  ]);
  const said = metadata.safeParse(about);
  const list = models.safeParse(served);
  return {
    profileId: said.data?.profile_id ?? said.data?.selectedModelProfileId ?? null,
    profileName: said.data?.profile_name ?? null,
    contextTokens: list.data?.data[0]?.max_model_len ?? null,
    logLines: lines.flat(),
  };
}

/** What goes with a NIM, and what getting it back takes. */
export async function costOf(parts: InspectParts, id: string, signal: AbortSignal): Promise<NimCost> {
  const { engine, record, roster } = parts;
  const { facts } = roster.get(id);
  const { image, container } = await askForDetails(engine.docker(), id, signal);
  const { image: about } = toDetails({ container, image, answers: noAnswers, gpus: null, lastStart: null });
  const folder = cacheFolderOf(parts, id);
  const [sizeBytes, runningRequests, lastStart] = await Promise.all([
    folder === null ? null : folderSize(folder, signal),
    countRequests(parts, id, signal),
    // Of another container of this image it would be no start of this one.
    record.lastStart(facts.reference, id).catch(() => null),
  ]);
  const others = roster.ids().filter((other) => other !== id);
  const namesOf = (ids: readonly string[]) => ids.map((other) => roster.get(other).facts.name);
  return {
    image:
      about.sizeBytes === null
        ? null
        : {
            sizeBytes: about.sizeBytes,
            usedBy: namesOf(others.filter((other) => roster.get(other).facts.imageId === facts.imageId)),
          },
    cache:
      folder === null || sizeBytes === null
        ? null
        : { folder, sizeBytes, usedBy: namesOf(others.filter((other) => cacheFolderOf(parts, other) === folder)) },
    lastStartMs: lastStart?.totalMs ?? null,
    runningRequests,
  };
}

async function countRequests({ roster }: Pick<InspectParts, 'roster'>, id: string, signal: AbortSignal) {
  const { facts, run } = roster.get(id);
  const address = run?.readiness() === 'ready' ? addressOf(facts) : null;
  if (address === null) return null;
  const answer = await askNim(address, '/v1/metrics', { signal, timeoutMs: answerMs });
  return answer?.status === 200 ? parseMetrics(answer.body).metrics.running : null;
}

const noAnswers: NimAnswers = { profileId: null, profileName: null, contextTokens: null, logLines: [] };

/**
 * Where the model's files lie on this machine; null when that cannot be known, as in an engine's volume. An engine far away
 * means a folder of its own machine: the one of that name here is somebody else's.
 */
export function cacheFolderOf(
  { engine, roster }: { engine: Pick<EngineService, 'state'>; roster: Pick<Roster, 'get'> },
  id: string,
): string | null {
  const { cacheFolder, reference } = roster.get(id).facts;
  const isHere = engine.state().isLocal === true;
  return cacheFolder === null || !isHere ? null : modelFolder(cacheFolder, reference);
}

export interface RemovalPlan {
  /** The reference whose image goes, too. */
  image: string | null;
  /** The folder of the model's files, to go, too. */
  cache: string | null;
}

/** What goes with the container; CONFLICT, before anything is lost, where something else still needs it. */
export async function planRemoval(
  parts: InspectParts,
  id: string,
  wanted: { image?: boolean | undefined; cache?: boolean | undefined },
  signal: AbortSignal,
): Promise<RemovalPlan> {
  const { facts } = parts.roster.get(id);
  if (wanted.image !== true && wanted.cache !== true) return { image: null, cache: null };
  const { image, cache } = await costOf(parts, id, signal);
  const inUse = (what: string, usedBy: readonly string[]) =>
    new AppError('CONFLICT', `${what} of ${facts.name} is still used by ${usedBy.join(', ')}.`, {
      usedBy: [...usedBy],
    });
  if (wanted.image === true && image !== null && image.usedBy.length > 0) throw inUse('The image', image.usedBy);
  if (wanted.cache === true && cache !== null && cache.usedBy.length > 0) throw inUse('The model', cache.usedBy);
  return {
    image: wanted.image === true && image !== null ? facts.reference : null,
    cache: wanted.cache === true ? (cache?.folder ?? null) : null,
  };
}
