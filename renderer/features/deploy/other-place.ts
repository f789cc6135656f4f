import type { FitAnswer } from '../../../shared/contract/fit.ts';
import type { Choice } from './gpu-fields.tsx';

/** A GPU or a slice to choose instead. */
export interface OtherPlace {
  id: string;
  label: string;
}

/**
 * The first place on which it fits, where it does not on those that are chosen; of none that it fits whole, one that is
 * tight.
 * @param places the answer for each GPU and slice by itself
 */
export function otherPlace(
  answer: FitAnswer,
  places: readonly FitAnswer[],
  choices: readonly Choice[],
  chosen: readonly string[],
): OtherPlace | null {
  const wanted: readonly FitAnswer['verdict'][] =
    answer.verdict === 'does-not-fit' ? ['fits', 'tight'] : answer.verdict === 'tight' ? ['fits'] : [];
  for (const verdict of wanted) {
    for (const place of places) {
      const id = place.devices[0]?.id ?? null;
      const label = choices.find(({ uuid }) => uuid !== null && uuid === id)?.label;
      if (place.verdict !== verdict || id === null || label === undefined || chosen.includes(id)) continue;
      return { id, label };
    }
  }
  return null;
}
