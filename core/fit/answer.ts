import type { FitAnswer, FitDevice, FitMark, FitProcessor, FitReason, FitVerdict } from '../../shared/contract/fit.ts';
import type { CatalogModel } from '../../shared/contract/catalog.ts';
import { hasContext } from './need.ts';
import { type Judgement, type Question, takenOf } from './judge.ts';
import { keyOf } from './holdings.ts';
import { stopToMakeRoom } from './make-room.ts';
import { freeFor, type Place, usableMiB } from './places.ts';
import { isOtherProcessor } from './processor.ts';

const toDevice = ({ id, gpuIndex, name, memory, totalMiB, takenMiB }: Place): FitDevice => ({
  id,
  gpuIndex,
  name,
  memory,
  totalMiB,
  takenMiB,
});

/** In this way of running it, else in any that is known. */
function modelFilesGB(model: CatalogModel | null, { way }: Judgement): number | null {
  const needs = model?.needs ?? [];
  const alike = needs.filter(({ precision, gpus }) => precision === way?.precision && gpus === way.gpus);
  const inPrecision = needs.filter(({ precision }) => precision === way?.precision);
  return [...alike, ...inPrecision, ...needs].map(({ diskGB }) => diskGB).find((each) => each !== null) ?? null;
}

export function toAnswer(
  model: CatalogModel | null,
  judgement: Judgement,
  question: Question,
): Omit<FitAnswer, 'stop'> {
  const { verdict, reason, need, way, devices, longestContextTokens } = judgement;
  return {
    verdict,
    reason,
    needMiB: need?.totalMiB ?? null,
    source: need?.source ?? null,
    parts: need?.parts ?? [],
    devices: devices.map((place) => ({ ...toDevice(place), takenMiB: takenOf(place, question) })),
    profile:
      way === null || (way.precision === null && way.id === null)
        ? null
        : { id: way.id, name: way.name, precision: way.precision, gpus: way.gpus },
    processor: null,
    contextTokens: need?.contextTokens ?? null,
    longestContextTokens,
    modelFilesGB: modelFilesGB(model, judgement),
  };
}

/** An answer without a device or a model to speak of. */
export const plainAnswer = (verdict: FitVerdict, reason: FitReason, devices: readonly Place[] = []): FitAnswer => ({
  verdict,
  reason,
  needMiB: null,
  source: null,
  parts: [],
  devices: devices.map(toDevice),
  profile: null,
  processor: null,
  contextTokens: null,
  longestContextTokens: null,
  modelFilesGB: null,
  stop: [],
});

/** Whatever its memory: what is made for another processor does not start. */
export function forProcessor(answer: FitAnswer, processor: FitProcessor | null): FitAnswer {
  if (!isOtherProcessor(processor)) return { ...answer, processor };
  return {
    ...answer,
    processor,
    verdict: 'does-not-fit',
    reason: 'other-processor',
    longestContextTokens: null,
    stop: [],
  };
}

/** Whether it would fit, whole, if others gave back what they hold. */
export function isHeldByOthers({ verdict, need, devices }: Judgement, { facts }: Question): boolean {
  if (verdict === 'fits' || verdict === 'unknown' || need === null || devices.length === 0) return false;
  return devices.every((place) => {
    const empty = usableMiB(place, 0, hasContext(facts.kind));
    return empty !== null && need.totalMiB <= empty;
  });
}

/**
 * The NIMs to stop so that it fits, the best sets first; `[]` where stopping does not help.
 * @param chosen all devices that it may use, not only those that have most room now
 * @param holdings by NIM and place, MiB
 */
export function setsToStop(
  { need, way, devices }: Judgement,
  chosen: readonly Place[],
  question: Question,
  holdings: ReadonlyMap<string, ReadonlyMap<string, number>>,
  isIdle: (nimId: string) => boolean,
): string[][] {
  if (need === null || way === null) return [];
  const keepsShare = hasContext(question.facts.kind);
  const ofSlices = devices.some(({ memory }) => memory === 'slice');
  const candidates = ofSlices ? devices : chosen.filter(({ isSliced, memory }) => !isSliced && memory !== 'slice');
  const sets = stopToMakeRoom(
    {
      devices: candidates.map((place) => ({
        id: keyOf(place),
        freeMiB: (place.totalMiB ?? 0) - (takenOf(place, question) ?? place.totalMiB ?? 0),
        neededMiB: freeFor(place, need.totalMiB, keepsShare),
        kind: place.kind,
      })),
      nims: [...holdings].map(([id, holds]) => ({ id, holds, isIdle: isIdle(id) })),
    },
    way.gpus,
  );
  return sets.filter((set) => set.length > 0);
}

/** @param whenEmpty the same, were nothing held */
export function toMark(model: CatalogModel, judgement: Judgement, { facts }: Question, whenEmpty: FitVerdict): FitMark {
  const { verdict, reason, need, way, devices } = judgement;
  const least = (of: (place: Place) => number | null) => {
    const known = devices.map(of).filter((each) => each !== null);
    return known.length === 0 || known.length < devices.length ? null : Math.min(...known);
  };
  return {
    repository: model.repository,
    verdict,
    reason,
    whenEmpty,
    needMiB: need?.totalMiB ?? null,
    source: need?.source ?? null,
    gpus: need === null ? null : (way?.gpus ?? null),
    haveMiB: least(({ totalMiB }) => totalMiB),
    usableMiB: least((place) => usableMiB(place, 0, hasContext(facts.kind))),
    modelFilesGB: modelFilesGB(model, judgement),
  };
}
