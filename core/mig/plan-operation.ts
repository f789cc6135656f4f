import type { MigPlan } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { GpuService } from '../gpu/service.ts';
import { migCommands, migWarnings, undoMigCommands } from './commands.ts';
import { parseWanted } from './parse-wanted.ts';
import { planLayouts } from './plan.ts';
import { findMigCard, type MigCard, readMigCards } from './table.ts';

interface Target {
  card: MigCard;
  /** As `nvidia-smi -i` takes it; a place to fill in where only a kind of card was named. */
  gpu: string;
  gpuIndex: number | null;
  isMigEnabled: boolean | null;
  present: MigPlan['present'];
}

/** What `nimdeck mig plan` and the MIG tab ask; nothing of it changes anything. */
export function createPlanMig(gpu: Pick<GpuService, 'api' | 'migInstances'>): Api['gpu']['planMig'] {
  return async ({ gpu: asked, slices, layout }, options) => {
    const signal = options?.signal ?? new AbortController().signal;
    const target = await findTarget(gpu, asked, signal);
    const { card } = target;
    const wanted = parseWanted(card, slices);
    if (card.profiles.some(({ name, placements }) => wanted.includes(name) && placements === null)) {
      throw new AppError(
        'NOT_FOUND',
        `Where the slices of ${nameOf(card)} may lie is not known: ask the card with “nvidia-smi mig -lgipp”.`,
      );
    }
    const layouts = wanted.length === 0 ? [] : planLayouts(card, wanted);
    const chosen = layouts.length === 0 ? null : (layout ?? 0);
    const best = chosen === null ? undefined : layouts[chosen];
    if (chosen !== null && best === undefined) {
      throw new AppError('BAD_INPUT', `There are ${layouts.length} layouts; ${chosen} is none of them.`);
    }
    const state = { isMigEnabled: target.isMigEnabled, hasSlices: (target.present?.length ?? 1) > 0 };
    return {
      card: {
        key: card.key,
        name: nameOf(card),
        computeSlices: card.computeSlices,
        memorySlots: card.memorySlots,
        minDriver: card.minDriver,
        isResetNeeded: card.isResetNeeded,
        profiles: card.profiles.map(({ name, computeSlices, memoryGiB, maxInstances, placements }) => ({
          name,
          computeSlices,
          memoryGiB,
          maxInstances,
          placements,
        })),
      },
      gpuIndex: target.gpuIndex,
      isMigEnabled: target.isMigEnabled,
      present: target.present,
      wanted,
      layouts,
      chosen,
      commands: best === undefined ? [] : migCommands(card, target.gpu, best, state),
      undo: undoMigCommands(card, target.gpu, target.isMigEnabled, target.present),
      warnings: migWarnings(card),
    };
  };
}

/** The kinds of card that a plan can be made for. */
export const listMigCards: Api['gpu']['migCards'] = async () =>
  (await readMigCards()).map((card) => ({ key: card.key, name: nameOf(card) }));

const nameOf = (card: MigCard) => card.names[0] ?? card.key;

/** A GPU of this machine by index or UUID, else a kind of card by its name: planning needs no card at hand. */
async function findTarget(
  gpu: Pick<GpuService, 'api' | 'migInstances'>,
  asked: string,
  signal: AbortSignal,
): Promise<Target> {
  const cards = await readMigCards();
  const isOfMachine = /^\d+$/.test(asked) || asked.startsWith('GPU-');
  if (!isOfMachine) {
    const card = findMigCard(cards, asked);
    if (card !== null) return { card, gpu: 'INDEX', gpuIndex: null, isMigEnabled: null, present: null };
    const names = cards.map(({ key }) => key).join(', ');
    throw new AppError('BAD_INPUT', `“${asked}” is no card that is known to have MIG. Known: ${names}.`);
  }
  const { gpus, failure } = await gpu.api.read({}, { signal });
  const found = gpus.find(({ index, uuid }) => String(index) === asked || uuid === asked);
  if (found === undefined) {
    if (failure !== null) throw new AppError(failure.code, failure.message, failure.detail);
    throw new AppError('NOT_FOUND', `There is no GPU ${asked} here.`);
  }
  const card = findMigCard(cards, found.name ?? '');
  if (card === null) throw new AppError('BAD_INPUT', `${found.name ?? 'This GPU'} is not known to have MIG.`);
  const isKnownEmpty = found.migEnabled === false || found.migDevices.length === 0;
  const listed = isKnownEmpty ? [] : await gpu.migInstances(signal);
  const present = listed
    ?.filter((each) => each.gpu === found.index)
    .map(({ name, start, size }) => ({ profile: name, start, size }))
    .toSorted((a, b) => a.start - b.start);
  return {
    card,
    gpu: String(found.index),
    gpuIndex: found.index,
    isMigEnabled: found.migEnabled,
    present: present ?? null,
  };
}
