import type { Api } from '../../shared/contract/index.ts';
import { practiceFaults } from '../../shared/contract/practice.ts';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { abortable } from '../lib/abortable.ts';
import { createValue } from '../lib/value.ts';
import type { PracticeTree } from './tree.ts';

/** How this core stands to practice mode; only the host of cores knows (`core/host/practice-core.ts`). */
export type PracticeSide =
  { isPractice: false; open: () => Promise<void> } | { isPractice: true; tree: PracticeTree; reset: () => void };

export function createPracticeService({ practice: side }: Pick<CoreDeps, 'practice'>): Api['practice'] {
  const tree = (): PracticeTree => {
    if (side.isPractice) return side.tree;
    throw new AppError('CONFLICT', 'This is possible in practice mode only.');
  };
  return {
    watch: (_input, options) =>
      side.isPractice ? side.tree.state.watch(options?.signal) : createValue(null).watch(options?.signal),
    async open(_input, options) {
      if (!side.isPractice) await abortable(side.open(), options?.signal);
      return {};
    },
    async setMachine({ machine }, options) {
      await tree().change('machine', { machine }, options?.signal);
      return {};
    },
    async setSpeed({ speed }, options) {
      await tree().change('speed', { speed }, options?.signal);
      return {};
    },
    async provoke({ fault, isOn }, options) {
      if (practiceFaults[fault] === 'now' && !isOn)
        throw new AppError('BAD_INPUT', `${fault} happens once and cannot be taken back.`);
      await tree().change('fault', { fault, isOn }, options?.signal);
      return {};
    },
    async reset() {
      tree();
      // Once this call is answered: the reset cuts its connection.
      if (side.isPractice) setImmediate(side.reset);
      return {};
    },
  };
}
