import type { AnswerTiming } from '../../../shared/contract/answers.ts';
import type { CompareAnswer } from '../../../shared/contract/compare.ts';
import { words } from '../../words.ts';
import { hasAnswered, isUnderWay, type AnswerSoFar } from './answers.ts';
import { lettersOf, type Place } from './places.ts';

const { numbers } = words.compare;

export interface ShownNumbers {
  ttft: string | null;
  rate: string | null;
  tokens: string | null;
  prompt: string | null;
  total: string | null;
}

/**
 * What is known of an answer. While it is written no server says its tokens: then pieces are counted, which carry one
 * token each nearly always, and that is said as “about”.
 */
export function shownNumbers(timing: AnswerTiming, isGrowing: boolean): ShownNumbers {
  const { ttftMs, totalMs, tokensPerSecond, promptTokens, completionTokens, pieces, piecesMs } = timing;
  const isCounted = isGrowing && completionTokens === null;
  const liveRate = isCounted && pieces > 1 && piecesMs > 0 ? ((pieces - 1) / piecesMs) * 1000 : null;
  const rate = tokensPerSecond ?? liveRate;
  const tokens = completionTokens ?? (isCounted && pieces > 0 ? pieces : null);
  const about = (text: string) => (isCounted ? numbers.about(text) : text);
  return {
    ttft: ttftMs === null ? null : numbers.inSeconds(ttftMs),
    rate: rate === null ? null : about(numbers.perSecond(rate)),
    tokens: tokens === null ? null : about(numbers.count(tokens)),
    prompt: promptTokens === null ? null : numbers.count(promptTokens),
    total: totalMs === null ? null : numbers.inSeconds(totalMs),
  };
}

interface NumbersProps {
  answer: CompareAnswer;
  live: AnswerSoFar | null;
  places: readonly Place[];
}

/** Each number with the way in which it was taken: alone, or while others wanted the same GPU. */
export function Numbers({ answer, live, places }: NumbersProps) {
  const isGrowing = isUnderWay(live?.state ?? answer.state);
  const shown = shownNumbers(live?.timing ?? answer.timing, isGrowing);
  const letters = lettersOf(places, answer.sharedWith);
  const how = letters.length === 0 ? numbers.how[answer.order] : numbers.shared(letters);
  const explained = letters.length === 0 ? numbers.howLong[answer.order] : `${numbers.howLong[answer.order]}. ${how}`;
  const entries: { label: string; value: string | null }[] = [
    { label: numbers.ttft, value: shown.ttft },
    { label: numbers.rate, value: shown.rate },
    { label: numbers.total, value: shown.total },
    { label: numbers.tokens, value: shown.tokens },
    { label: numbers.prompt, value: shown.prompt },
  ];
  if (entries.every(({ value }) => value === null)) return null;
  const isTimed = [shown.ttft, shown.rate, shown.total].some((value) => value !== null);
  return (
    <dl
      className="grid min-w-0 flex-1 grid-cols-3 gap-x-3 gap-y-1 text-xs snug:flex snug:flex-wrap snug:gap-x-2.5 snug:gap-y-0"
      title={isGrowing ? `${explained}. ${numbers.live}` : explained}
    >
      {entries.map(({ label, value }) => (
        <div key={label} className={entryClass}>
          <dt className="text-2xs text-ink-soft">{label}</dt>
          <dd className="text-sm font-medium tabular-nums snug:text-xs">{value ?? numbers.unknown}</dd>
        </div>
      ))}
      {isTimed && (
        <div className={entryClass}>
          <dt className="text-2xs text-ink-soft">{words.compare.results.measured}</dt>
          <dd className="snug:text-xs">{how}</dd>
        </div>
      )}
    </dl>
  );
}

const entryClass = 'min-w-0 snug:flex snug:items-baseline snug:gap-1';

type AskedPlace = Pick<Place, 'letter' | 'name' | 'answer'> & { live: AnswerSoFar | null };

/** Of the round that is shown: all columns together. What failed is no answer, and was not slow. */
export function RoundTotals({ places }: { places: readonly AskedPlace[] }) {
  const { totals } = words.compare;
  const asked = places.flatMap(({ answer, live, ...place }) =>
    answer === null ? [] : [{ ...place, state: live?.state ?? answer.state, timing: live?.timing ?? answer.timing }],
  );
  if (asked.length < 2) return null;
  const answered = asked.filter(hasAnswered);
  const failed = asked.filter(({ state }) => state === 'failed');
  const isOver = !asked.some(({ state }) => isUnderWay(state));
  const tokens = asked.reduce((sum, { timing }) => sum + (timing.completionTokens ?? timing.pieces), 0);
  const slowest = Math.max(0, ...answered.map(({ timing }) => timing.totalMs ?? 0));
  const facts = [
    totals.done(answered.length, asked.length),
    failed.length === 0 ? '' : totals.failed(failed.map(({ letter, name }) => name ?? letter)),
    tokens === 0 ? '' : isOver ? totals.tokens(tokens) : numbers.about(totals.tokens(tokens)),
    slowest === 0 || !isOver ? '' : totals.slowest(numbers.inSeconds(slowest)),
  ];
  return (
    <p className="text-xs text-ink-soft tabular-nums">
      {totals.label}: {facts.filter((fact) => fact !== '').join(' · ')}
    </p>
  );
}
