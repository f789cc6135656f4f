import type { FitAnswer, FitReason, FitStop, FitVerdict } from '../../shared/contract/fit.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { GpuChoice, Nim, NimList } from '../../shared/contract/nims.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { abortable } from '../lib/abortable.ts';
import type { AboutImages } from '../ngc/about-images.ts';
import { forProcessor, isHeldByOthers, plainAnswer, setsToStop, toAnswer, toMark } from './answer.ts';
import { holdingsOf } from './holdings.ts';
import { isBetter, type Judgement, type Question } from './judge.ts';
import { judgeWanted, modelOf, type Wanted, wantedModel } from './model.ts';
import { choosePlaces, type Place, placesOf, usablePlaces } from './places.ts';
import { byName, isOtherProcessor, processorOf } from './processor.ts';

export interface FitParts {
  catalog: Api['catalog'];
  gpu: Pick<Api['gpu'], 'read' | 'holders'>;
  nims: Pick<Api['nims'], 'watch' | 'inspect'>;
  metrics: Pick<Api['metrics'], 'watch'>;
  /** Of NGC, and only of its own images. */
  about: AboutImages;
  /** The engine's processor, as it calls it; null: not known. */
  engineProcessor: () => string | null;
  /** That of an image which is in the engine's store; null: it is not, or it could not be asked. */
  imageProcessor: (reference: string, signal: AbortSignal) => Promise<string | null>;
}

type Choice = Parameters<Api['fit']['places']>[0];

/** Whether a NIM serves somebody is asked for at once, and answered at once or not at all. */
const idleMs = 1_500;

/** What NGC says of an image is worth so long a wait, once; later answers have it. */
const aboutMs = 3_000;

/** Joins the list of models, the machine's GPUs and what our NIMs hold into answers; nothing is kept but names of profiles. */
export function createFitService(
  { log }: Pick<CoreDeps, 'log'>,
  { catalog, gpu, nims, metrics, about: ngc, engineProcessor, imageProcessor }: FitParts,
): Api['fit'] {
  /** What an id of a profile stands for, as NIMs that ran with it said. */
  const profileNames = new Map<string, string>();

  async function listNims(signal: AbortSignal): Promise<NimList> {
    for await (const list of nims.watch({}, { signal })) return list;
    throw cancelled();
  }

  async function about(nimId: string, signal: AbortSignal) {
    const details = await nims.inspect({ nimId }, { signal });
    const { id, name } = details.profile;
    if (id !== null && name !== null) profileNames.set(id, name);
    return details;
  }

  /** A profile by its name; of an id the name, where a NIM that runs with it can say it. */
  async function named(profile: string, list: NimList, signal: AbortSignal): Promise<NonNullable<Wanted['profile']>> {
    if (!/^[0-9a-f]{64}$/i.test(profile)) return { id: profile, name: profile };
    const running = list.nims.find((nim) => nim.profile === profile && nim.status === 'ready');
    if (!profileNames.has(profile) && running !== undefined) {
      await about(running.id, signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        log.info('fit.profile-not-named', { profile, reason: String(error) });
      });
    }
    return { id: profile, name: profileNames.get(profile) ?? null };
  }

  /** What is asked about, with what a NIM that is there says of itself. */
  async function resolve(choice: Choice, list: NimList, signal: AbortSignal) {
    const { models } = await catalog.list({}, { signal });
    const { subject } = choice;
    if (subject.kind === 'image') {
      const wanted = wantedModel(modelOf(models, subject.reference));
      const { reference } = subject;
      const [profile, published, processor] = await Promise.all([
        choice.profile === null ? null : named(choice.profile, list, signal),
        inTime(ngc.profiles(reference), signal),
        inTime(
          processorOf(reference, {
            engine: engineProcessor(),
            ofImage: (of) => imageProcessor(of, signal),
            ofRegistry: (of) => ngc.architectures(of),
          }),
          signal,
        ),
      ]);
      return {
        wanted: { ...wanted, profile, published: published ?? [] },
        processor,
        contextTokens: choice.contextTokens,
        gpus: null,
        own: null,
      };
    }
    const own = list.nims.find(({ id }) => id.startsWith(subject.nimId));
    if (own === undefined) throw new AppError('NOT_FOUND', 'There is no such NIM any more.', { nimId: subject.nimId });
    const { spec, contextTokens: served, profile: said } = await about(own.id, signal);
    const wanted = wantedModel(modelOf(models, own.reference));
    const asked = choice.profile ?? spec.profile ?? said.id;
    const limit = spec.environment.find(({ name }) => name === 'NIM_MAX_MODEL_LEN')?.value ?? '';
    const limited = /^\d{1,8}$/.test(limit) ? Number(limit) : null;
    return {
      wanted: {
        ...wanted,
        // What it serves is the model's longest context, where nobody set a shorter one.
        facts: { ...wanted.facts, contextTokens: wanted.facts.contextTokens ?? (limited === null ? served : null) },
        profile: asked === null ? null : await named(asked, list, signal),
        published: (await inTime(ngc.profiles(own.reference), signal)) ?? [],
      },
      // It was made by this engine.
      processor: null,
      contextTokens: choice.contextTokens ?? limited,
      gpus: own.gpus,
      own,
    };
  }

  async function isIdle({ id, status }: Nim, signal: AbortSignal): Promise<boolean | null> {
    if (status !== 'ready') return null;
    try {
      const ends = AbortSignal.any([signal, AbortSignal.timeout(idleMs)]);
      for await (const { latest } of metrics.watch({ nimId: id }, { signal: ends })) {
        if (latest !== null) return latest.running === null ? null : latest.running === 0;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      log.info('fit.idle-not-known', { nimId: id, reason: String(error) });
    }
    return null;
  }

  async function readMachine(choice: Choice, signal: AbortSignal) {
    const [report, list] = await Promise.all([gpu.read({}, { signal }), listNims(signal)]);
    const resolved = await resolve(choice, list, signal);
    const places = placesOf(report);
    const holders = await gpu.holders({}, { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      // Then it is not known who holds what, and nobody is named.
      log.info('fit.holders-not-read', { reason: String(error) });
      return [];
    });
    const holdings = holdingsOf(list.nims, places, holders);
    const { own, wanted, contextTokens } = resolved;
    const question: Question = { facts: wanted.facts, contextTokens };
    const givenBack = own === null ? undefined : holdings.get(own.id);
    if (givenBack !== undefined) question.givenBack = givenBack;
    if (own !== null) holdings.delete(own.id);
    /** Each is asked once, for however many places the answer is. */
    const idle = new Map<string, Promise<boolean | null>>();
    const idleOf = (nim: Nim): Promise<boolean | null> => {
      const asked = idle.get(nim.id) ?? isIdle(nim, signal);
      idle.set(nim.id, asked);
      return asked;
    };
    return { ...resolved, report, list, places, holdings, question, idleOf };
  }
  type Machine = Awaited<ReturnType<typeof readMachine>>;

  async function withStops(judgement: Judgement, chosen: readonly Place[], machine: Machine) {
    const { question, holdings, list } = machine;
    const answer = forProcessor(
      { ...toAnswer(machine.wanted.model, judgement, question), stop: [] },
      machine.processor,
    );
    if (answer.reason === 'other-processor' || !isHeldByOthers(judgement, question)) return answer;
    const idle = new Map<string, boolean | null>();
    await Promise.all(
      list.nims.map(async (nim) => {
        const held = holdings.get(nim.id);
        if (held !== undefined && held.size > 0) idle.set(nim.id, await machine.idleOf(nim));
      }),
    );
    const sets = setsToStop(judgement, chosen, question, holdings, (id) => idle.get(id) === true);
    const toStop = (id: string): FitStop['nims'][number] => {
      const held = holdings.get(id);
      const memoryMiB = held === undefined ? null : [...held.values()].reduce((sum, each) => sum + each, 0);
      const name = list.nims.find((nim) => nim.id === id)?.name ?? id.slice(0, 12);
      return { id, name, memoryMiB, isIdle: idle.get(id) ?? null };
    };
    return { ...answer, stop: sets.map((set) => ({ nims: set.map(toStop) })) };
  }

  return {
    async check({ gpus: asked, ...choice }, options) {
      const signal = options?.signal ?? new AbortController().signal;
      const machine = await readMachine(choice, signal);
      const gpus = asked ?? machine.gpus;
      const cannot = withoutGpus(machine.report, gpus);
      if (cannot !== null) return cannot;
      if (gpus === null) {
        const { judgement, chosen } = anywhere(machine.wanted, machine.places, machine.question);
        return withStops(judgement, chosen, machine);
      }
      const { chosen, missing } = choosePlaces(gpus, machine.places);
      if (missing.length > 0) return plainAnswer('does-not-fit', 'gpu-not-there', chosen);
      return withStops(judgeWanted(machine.wanted, chosen, machine.question), chosen, machine);
    },
    async places(choice, options) {
      const signal = options?.signal ?? new AbortController().signal;
      const machine = await readMachine(choice, signal);
      const places = machine.places.map((place) =>
        withStops(judgeWanted(machine.wanted, [place], machine.question), [place], machine),
      );
      return { readAt: machine.report.readAt, places: await Promise.all(places) };
    },
    async catalog(_input, options) {
      const signal = options?.signal ?? new AbortController().signal;
      const [report, { models }] = await Promise.all([gpu.read({}, { signal }), catalog.list({}, { signal })]);
      const places = placesOf(report);
      const cannot = withoutGpus(report, null);
      const marks = models.map((model) => {
        const wanted = wantedModel(model);
        const question = { facts: wanted.facts, contextTokens: null };
        const empty = anywhere(wanted, places, { ...question, isEmpty: true }).judgement;
        const mark = toMark(model, anywhere(wanted, places, question).judgement, question, empty.verdict);
        const never = (verdict: FitVerdict, reason: FitReason | null) => ({
          ...mark,
          verdict,
          reason,
          whenEmpty: verdict,
        });
        if (isOtherProcessor(byName(model.repository, engineProcessor())))
          return never('does-not-fit', 'other-processor');
        return cannot === null ? mark : never(cannot.verdict, cannot.reason);
      });
      return { readAt: report.readAt, marks };
    },
  };
}

/** Null where it takes too long: what is known without it is said. */
async function inTime<T>(asked: Promise<T | null>, signal: AbortSignal): Promise<T | null> {
  const limit = AbortSignal.timeout(aboutMs);
  try {
    return await abortable(asked, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.aborted || !limit.aborted) throw error;
    return null;
  }
}

/** Why there is nothing to compare with; null: there is. */
function withoutGpus(report: GpuReport, gpus: GpuChoice | null): FitAnswer | null {
  if (report.failure !== null && report.gpus.length === 0) {
    const isNone = report.failure.code === 'NO_GPU_FOUND' || report.failure.code === 'NVIDIA_SMI_MISSING';
    return isNone ? plainAnswer('does-not-fit', 'no-gpu') : plainAnswer('unknown', 'gpus-unreadable');
  }
  if (report.gpus.length === 0) return plainAnswer('does-not-fit', 'no-gpu');
  return gpus?.kind === 'none' ? plainAnswer('does-not-fit', 'no-gpu-chosen') : null;
}

/** Where it fits best: on the whole GPUs, or on one slice. */
function anywhere(wanted: Wanted, places: readonly Place[], question: Question) {
  const usable = usablePlaces(places);
  const whole = usable.filter(({ memory }) => memory !== 'slice');
  const sets = [...(whole.length > 0 ? [whole] : []), ...usable.filter(({ memory }) => memory === 'slice').map(one)];
  const all = (sets.length > 0 ? sets : [[...places]]).map((chosen) => ({
    chosen,
    judgement: judgeWanted(wanted, chosen, question),
  }));
  return all.reduce((best, each) => {
    if (isBetter(each.judgement, best.judgement)) return each;
    if (isBetter(best.judgement, each.judgement)) return best;
    return roomOf(each.chosen) > roomOf(best.chosen) && each.judgement.verdict === 'does-not-fit' ? each : best;
  });
}

const one = (place: Place): Place[] => [place];
const roomOf = (places: readonly Place[]) => Math.max(...places.map(({ totalMiB }) => totalMiB ?? 0));
