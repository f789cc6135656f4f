import Trophy from 'lucide-react/icons/trophy';
import type { CompareRound, CompareSetup } from '../../../shared/contract/compare.ts';
import { cx } from '../../ui/cx.ts';
import { linkClass } from '../../ui/link.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { isMasked, lettersOf, placesOf, titleOf, type Place } from './places.ts';

const { compare } = words;
const text = compare.results;

interface ResultRowsProps {
  setup: CompareSetup;
  /** Undefined: still to come. */
  rounds: readonly CompareRound[] | undefined;
  onOpen: (round: number) => void;
}

const heads: readonly { label: string; unit?: string; isNumber?: boolean }[] = [
  { label: text.variant },
  { label: compare.numbers.ttft, unit: text.units.milliseconds, isNumber: true },
  { label: compare.numbers.rate, unit: text.units.rate, isNumber: true },
  { label: compare.numbers.total, unit: text.units.seconds, isNumber: true },
  { label: compare.numbers.tokens, unit: text.units.tokens, isNumber: true },
  { label: text.finish },
  { label: text.measured },
];

const cell = 'border-t border-line px-3 py-1 first:pl-4 last:pr-4';
const numberCell = `${cell} text-right tabular-nums whitespace-nowrap`;

/** A row an answer, under its round: six variants stand under each other, and nothing is out of sight to the right. */
export function ResultRows({ setup, rounds, onOpen }: ResultRowsProps) {
  return (
    <div className="@container">
      <div
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a group of nothing that is filled in
        role="group"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
        tabIndex={0}
        aria-label={text.caption}
        // Where it all fits nothing scrolls here, and the head stays in sight of what scrolls around it.
        className="relative overflow-x-auto rounded-xl border border-line bg-surface shadow-card @2xl:overflow-clip"
      >
        <table className="w-full border-separate border-spacing-0 text-sm" aria-busy={rounds === undefined}>
          <caption className="sr-only">{text.caption}</caption>
          <thead className="sticky top-0 z-10 bg-surface">
            <tr className="text-left text-xs text-ink-soft">
              {heads.map(({ label, unit, isNumber = false }) => (
                <th
                  key={label}
                  scope="col"
                  className={cx(
                    'h-row border-b border-line px-3 py-1 font-medium first:pl-4 last:pr-4',
                    isNumber && 'text-right',
                  )}
                >
                  {label}
                  {unit !== undefined && <span className="block font-normal whitespace-nowrap">{unit}</span>}
                </th>
              ))}
            </tr>
          </thead>
          {rounds === undefined && (
            <tbody>
              {Array.from({ length: 6 }, (_, index) => (
                <tr key={index}>
                  <td colSpan={heads.length} className={cell}>
                    <Skeleton className="h-4 w-full" />
                  </td>
                </tr>
              ))}
            </tbody>
          )}
          {rounds?.length === 0 && (
            <tbody>
              <tr>
                <td colSpan={heads.length} className="border-t border-line p-4 text-ink-soft">
                  {text.none}
                </td>
              </tr>
            </tbody>
          )}
          {rounds?.map((round) => (
            <RoundRows key={round.id} setup={setup} round={round} onOpen={onOpen} />
          ))}
        </table>
      </div>
    </div>
  );
}

function RoundRows({
  setup,
  round,
  onOpen,
}: { setup: CompareSetup; round: CompareRound } & Pick<ResultRowsProps, 'onOpen'>) {
  const { number, prompt, name, vote, answers } = round;
  const places = placesOf(setup, round);
  const bestId = vote?.kind === 'column' ? vote.columnId : null;
  return (
    <tbody>
      <tr className="bg-sunken/60">
        <th
          scope="rowgroup"
          colSpan={heads.length}
          className="border-t border-line-strong/60 px-4 py-1.5 text-left font-normal"
        >
          <span className="flex items-start gap-3">
            <button
              type="button"
              className={cx(linkClass, 'shrink-0 font-medium pointer-coarse:min-h-control')}
              aria-label={text.open(number)}
              onClick={() => onOpen(number)}
            >
              {text.round(number)}
            </button>
            <span className="line-clamp-2 min-w-0 flex-1 break-words">
              {name === null ? prompt : `${name}: ${prompt}`}
            </span>
            {vote !== null && (
              <span className="shrink-0 text-xs text-ink-soft">
                {vote.kind === 'column'
                  ? text.best(places.find(({ columnId }) => columnId === bestId)?.letter ?? '')
                  : vote.kind === 'tie'
                    ? compare.vote.tie
                    : compare.vote.none(answers.length)}
              </span>
            )}
          </span>
        </th>
      </tr>
      {places.map((place) => (
        <AnswerRow
          key={place.columnId}
          place={place}
          places={places}
          isMasked={isMasked(setup, round)}
          isBest={bestId === place.columnId}
        />
      ))}
    </tbody>
  );
}

interface AnswerRowProps {
  place: Place;
  places: readonly Place[];
  isMasked: boolean;
  isBest: boolean;
}

function AnswerRow({ place, places, isMasked: isHidden, isBest }: AnswerRowProps) {
  const { answer } = place;
  const timing = isHidden ? null : (answer?.timing ?? null);
  const letters = answer === null ? [] : lettersOf(places, answer.sharedWith);
  const finish =
    answer === null
      ? compare.numbers.unknown
      : answer.state === 'done' && !isHidden
        ? text.finishOf(answer.finishReason)
        : compare.states[answer.state];
  return (
    <tr className="hover:bg-hover/50">
      <th scope="row" className={cx(cell, 'min-w-32 text-left font-medium break-words')}>
        {titleOf(place)}
        {isBest && <Trophy aria-hidden className="ml-1.5 inline size-icon-small text-accent" />}
      </th>
      <td className={numberCell}>{text.milliseconds(timing?.ttftMs ?? null)}</td>
      <td className={numberCell}>{text.rate(timing?.tokensPerSecond ?? null)}</td>
      <td className={numberCell}>{text.seconds(timing?.totalMs ?? null)}</td>
      <td className={numberCell}>{text.tokens(timing?.completionTokens ?? null)}</td>
      <td className={cx(cell, answer?.state === 'done' && 'whitespace-nowrap')}>{finish}</td>
      <td className={cx(cell, 'text-xs text-ink-soft')}>
        {answer === null || isHidden || timing?.ttftMs === null
          ? compare.numbers.unknown
          : letters.length === 0
            ? compare.numbers.how[answer.order]
            : compare.numbers.shared(letters)}
      </td>
    </tr>
  );
}
