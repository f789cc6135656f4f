import Ban from 'lucide-react/icons/ban';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import Gauge from 'lucide-react/icons/gauge';
import MemoryStick from 'lucide-react/icons/memory-stick';
import type { FitAnswer, FitMark, FitReason, FitVerdict } from '../../shared/contract/fit.ts';
import { formatMemory } from '../../shared/format.ts';
import type { Tone } from '../ui/badge.tsx';
import { words } from '../words.ts';

/** Colour and shape of a verdict; the word stands beside them. */
export const fitLooks: Readonly<Record<FitVerdict, { tone: Tone; icon: typeof Ban }>> = {
  fits: { tone: 'good', icon: MemoryStick },
  tight: { tone: 'warn', icon: Gauge },
  'does-not-fit': { tone: 'bad', icon: Ban },
  unknown: { tone: 'idle', icon: CircleHelp },
};

const isOfSize = (reason: FitReason | null) => reason === null || reason === 'too-large' || reason === 'short-context';

/** `needs 140 GiB, 24.0 GiB here`, or the rule that decided; null where there is nothing to say beside the verdict. */
export function markText({ verdict, reason, needMiB, haveMiB, gpus, fitsNow }: FitMark): string | null {
  const { fit } = words;
  const size =
    needMiB === null
      ? null
      : haveMiB === null
        ? fit.needsOf(formatMemory(needMiB), gpus ?? 1)
        : fit.needs(formatMemory(needMiB), formatMemory(haveMiB), gpus ?? 1);
  const parts = isOfSize(reason) ? [size] : [reason === null ? null : fit.reasons[reason]];
  if (reason === 'short-context') parts.push(fit.shorter);
  if (fitsNow === false && (verdict === 'fits' || verdict === 'tight')) parts.push(fit.onceFree);
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? null : said.join('; ');
}

/** The smallest of the devices, since what is spread must fit each. MiB; null: not known. */
export function freeOf({ devices }: Pick<FitAnswer, 'devices'>): number | null {
  const free = devices.map(({ totalMiB, takenMiB }) =>
    totalMiB === null || takenMiB === null ? null : Math.max(0, totalMiB - takenMiB),
  );
  return free.length === 0 || free.includes(null) ? null : Math.min(...free.map((each) => each ?? 0));
}

/** `Does not fit: needs 33.0 GiB, 4.4 GiB is free`. */
export function answerText(answer: FitAnswer): string {
  const { fit } = words;
  const { verdict, reason, needMiB, profile } = answer;
  const said = fit.verdicts[verdict];
  const free = freeOf(answer);
  const isSize = isOfSize(reason) || reason === 'taken';
  if (isSize && needMiB !== null && free !== null) {
    return fit.said(said, fit.needsFree(formatMemory(needMiB), formatMemory(free), profile?.gpus ?? 1));
  }
  return reason === null ? said : fit.said(said, fit.reasons[reason]);
}
