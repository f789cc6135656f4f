import type { CatalogModel } from '../../shared/contract/catalog.ts';
import type { FitAnswer, FitDevice, FitMark } from '../../shared/contract/fit.ts';

const gib = (value: number) => value * 1024;

export function fakeFitDevice(changes: Partial<FitDevice> = {}): FitDevice {
  return {
    id: 'GPU-0a1b2c3d-0000-4000-8000-00000000000a',
    gpuIndex: 0,
    name: 'NVIDIA RTX 6000 Ada Generation',
    memory: 'gpu',
    totalMiB: 49_140,
    takenMiB: 620,
    ...changes,
  };
}

/** llama-3.1-8b in bf16, on a card that has room for all of it. */
export function fakeFit(changes: Partial<FitAnswer> = {}): FitAnswer {
  return {
    verdict: 'fits',
    reason: null,
    needMiB: gib(33),
    source: 'profile',
    parts: [
      { kind: 'weights', memoryMiB: 15_317, source: 'parameters' },
      { kind: 'framework', memoryMiB: 2_048, source: 'rule' },
      { kind: 'context', memoryMiB: 16_427, source: 'profile' },
    ],
    devices: [fakeFitDevice()],
    profile: { id: null, name: null, precision: 'bf16', gpus: 1 },
    processor: null,
    contextTokens: 131_072,
    longestContextTokens: 131_072,
    modelFilesGB: 16.1,
    stop: [],
    ...changes,
  };
}

/** @param changes `whenEmpty`, where it is left out: the verdict, or that it fits where only others hold the memory */
export function fakeMark(repository: string, changes: Partial<FitMark> = {}): FitMark {
  const { verdict = 'fits', reason = null } = changes;
  return {
    repository,
    verdict,
    reason,
    whenEmpty: reason === 'taken' ? 'fits' : verdict,
    needMiB: gib(33),
    source: 'model-table',
    gpus: 1,
    haveMiB: 49_140,
    usableMiB: 45_208,
    modelFilesGB: null,
    ...changes,
  };
}

/** A mark for each model, on a card of 48 GiB of which little is left. */
export function sampleMarks(models: readonly CatalogModel[]): FitMark[] {
  return models.map(({ repository, parametersBillion, needs }) => {
    const stated = needs.find(({ gpuMemoryGB }) => gpuMemoryGB !== null)?.gpuMemoryGB ?? null;
    const need = stated ?? (parametersBillion === null ? null : parametersBillion * 1.9 + 3);
    const files = needs.find(({ diskGB }) => diskGB !== null)?.diskGB ?? null;
    const about = { needMiB: need === null ? null : gib(need), modelFilesGB: files };
    if (need === null) {
      const unknown = { verdict: 'unknown', reason: 'need-unknown', source: null, gpus: null } as const;
      return fakeMark(repository, { ...about, ...unknown });
    }
    const source = stated === null ? 'parameters' : 'model-table';
    if (need > 60) return fakeMark(repository, { ...about, source, verdict: 'does-not-fit', reason: 'too-large' });
    if (need > 44) return fakeMark(repository, { ...about, source, verdict: 'tight', reason: 'short-context' });
    // The same that `crowdedFit` says on the form.
    if (need > 20)
      return fakeMark(repository, { ...about, source, verdict: 'tight', reason: 'short-context', whenEmpty: 'fits' });
    return fakeMark(repository, { ...about, source });
  });
}

/** What does not fit beside two others: the one to stop first is idle. */
export const crowdedFit = (stop: FitAnswer['stop']): FitAnswer =>
  fakeFit({
    verdict: 'tight',
    reason: 'short-context',
    devices: [fakeFitDevice({ takenMiB: 24_380 })],
    longestContextTokens: 43_264,
    stop,
  });
