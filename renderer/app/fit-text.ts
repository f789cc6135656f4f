import Ban from 'lucide-react/icons/ban';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import Gauge from 'lucide-react/icons/gauge';
import Hourglass from 'lucide-react/icons/hourglass';
import MemoryStick from 'lucide-react/icons/memory-stick';
import type { FitAnswer, FitMark, FitReason, FitVerdict } from '../../shared/contract/fit.ts';
import { formatMemory } from '../../shared/format.ts';
import type { Tone } from '../ui/badge.tsx';
import { words } from '../words.ts';

interface FitLook {
  word: string;
  tone: Tone;
  /** Of what stands as text, without a badge. */
  ink: string;
  icon: typeof Ban;
}

const { verdicts } = words.fit;
const looks: Readonly<Record<FitVerdict, FitLook>> = {
  fits: { word: verdicts.fits, tone: 'good', ink: 'text-good', icon: MemoryStick },
  tight: { word: verdicts.tight, tone: 'warn', ink: 'text-warn', icon: Gauge },
  'does-not-fit': { word: verdicts['does-not-fit'], tone: 'bad', ink: 'text-bad', icon: Ban },
  unknown: { word: verdicts.unknown, tone: 'idle', ink: 'text-ink-soft', icon: CircleHelp },
};
const noRoom: FitLook = { word: words.fit.noRoom, tone: 'warn', ink: 'text-warn', icon: Hourglass };

/** The same in the list, on the form and on the board. What only others keep from fitting is not too large. */
export function fitLook({ verdict, reason }: Pick<FitAnswer, 'verdict' | 'reason'>): FitLook {
  return reason === 'taken' ? noRoom : looks[verdict];
}

/** Whether the machine is large enough, whatever runs on it now. */
export const canEverFit = ({ whenEmpty }: FitMark): boolean => whenEmpty === 'fits' || whenEmpty === 'tight';

const isOfSize = (reason: FitReason | null) => reason === null || reason === 'too-large' || reason === 'short-context';

/** `33.0 GiB`, `2 × 20.1 GiB`, `about 17.5 GiB`; null: not known. */
export function needText({ needMiB, gpus, source }: Pick<FitMark, 'needMiB' | 'gpus' | 'source'>): string | null {
  if (needMiB === null) return null;
  const need = words.fit.times(formatMemory(needMiB), gpus ?? 1);
  return source === 'parameters' ? words.fit.about(need) : need;
}

/** `needs 140 GiB, 24.0 GiB here`, or the rule that decided; null where there is nothing to say beside verdict and need. */
export function markText(mark: FitMark): string | null {
  const { fit } = words;
  const { verdict, reason, needMiB, haveMiB, usableMiB, gpus, whenEmpty } = mark;
  const need = needText(mark);
  const size =
    need === null || reason === null
      ? null
      : haveMiB === null
        ? fit.needsOf(need)
        : fit.needs(need, formatMemory(haveMiB), gpus ?? 1);
  const isKept = reason === 'too-large' && needMiB !== null && haveMiB !== null && needMiB <= haveMiB;
  const parts = isOfSize(reason) ? [size] : [reason === null ? null : fit.reasons[reason]];
  // Without it the two figures would say the contrary.
  if (isKept && usableMiB !== null) parts.push(fit.usable(formatMemory(usableMiB)));
  if (reason === 'short-context') parts.push(fit.shorter);
  if (verdict !== whenEmpty && canEverFit(mark)) parts.push(verdict === 'tight' ? fit.wholeOnceFree : fit.onceFree);
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

/** `needs 33.0 GiB with its whole context, 24.2 GiB is free`, or the rule that decided; null: nothing is known. */
export function answerText(answer: FitAnswer): string | null {
  const { fit } = words;
  const { reason, needMiB, source, profile, processor, contextTokens } = answer;
  if (reason === 'other-processor' && processor !== null) return fit.madeForOther(processor.madeFor, processor.engine);
  const gpus = profile?.gpus ?? 1;
  const need = needText({ needMiB, source, gpus });
  const free = freeOf(answer);
  if ((isOfSize(reason) || reason === 'taken') && need !== null && free !== null) {
    const context = contextTokens === null ? null : fit.tokens(contextTokens);
    return fit.needsFree(context === null ? need : fit.withContext(need, context), formatMemory(free), gpus);
  }
  return reason === null ? null : fit.reasons[reason];
}
