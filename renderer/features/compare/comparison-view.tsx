import { type RefObject, useState } from 'react';
import type { CompareAnswer, Comparison } from '../../../shared/contract/compare.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { NoEngine } from '../../app/no-engine.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Switch } from '../../ui/switch.tsx';
import { words } from '../../words.ts';
import { findTarget } from '../targets/target.ts';
import { AnswerColumn } from './answer-column.tsx';
import { hasAnswered, isUnderWay, useAnswers } from './answers.ts';
import { Composer } from './composer.tsx';
import type { OpenDialog } from './comparison-page.tsx';
import { DiffDialog } from './diff-dialog.tsx';
import { NoteField } from './note-field.tsx';
import { RoundTotals } from './numbers.tsx';
import { isMasked, lettersOf, placesOf, titleOf, type Place } from './places.ts';
import { RoundBar } from './round-bar.tsx';
import { useColumnScroll } from './use-column-scroll.ts';
import type { ShownRound } from './use-shown-round.ts';
import { useCompareView } from './view-store.ts';
import { VoteBar } from './vote-bar.tsx';

interface ComparisonViewProps {
  comparison: Comparison;
  shown: ShownRound;
  /** Its field. */
  composer: RefObject<HTMLTextAreaElement | null>;
  isDiffOpen: boolean;
  onDialog: (dialog: OpenDialog | null) => void;
}

export function ComparisonView({ comparison, shown, composer, isDiffOpen, onDialog }: ComparisonViewProps) {
  const api = useApi();
  const { id: comparisonId, setup, isAsking: isRunning } = comparison;
  const { round, number, show } = shown;
  const { data: engine } = useStream(streams.engine);
  const { data: known } = useStream(streams.targets);
  const [focusedId, setFocused] = useState<string | null>(null);
  const isSynchronised = useCompareView((store) => store.isSynchronised);
  const setSynchronised = useCompareView((store) => store.setSynchronised);
  const scroll = useColumnScroll(isSynchronised);
  const again = useAction((answerId: string) => api.compare.again({ answerId }), { onDone: () => show(number) });
  const { run: setOrder } = useAction((order: Comparison['setup']['order']) =>
    api.compare.update({ comparisonId, setup: { order } }),
  );

  const places = placesOf(setup, round);
  const masked = isMasked(setup, round);
  const shownPlaces = places.some(({ columnId }) => columnId === focusedId)
    ? places.filter(({ columnId }) => columnId === focusedId)
    : places;
  const isOver = round !== null && round.answers.every(({ state }) => !isUnderWay(state));
  const infoOf = ({ column }: Place): TargetInfo | null | undefined =>
    column === null || masked || known === undefined ? undefined : findTarget(known.targets, column.target);
  const bestId = round?.vote?.kind === 'column' ? round.vote.columnId : null;
  const needsEngine = setup.columns.some(({ target }) => target.kind === 'nim');

  return (
    <>
      {engine?.status === 'unreachable' && needsEngine && <NoEngine state={engine} />}
      {comparison.rounds > 0 && (
        <RoundBar round={round} number={number} count={comparison.rounds} onShow={show}>
          <LiveTotals places={places} isMasked={masked} />
          {places.length > 1 && (
            <span className="ml-auto">
              <Switch label={words.compare.scroll} checked={isSynchronised} onChange={setSynchronised} />
            </span>
          )}
        </RoundBar>
      )}
      <div
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a group of nothing that is filled in
        role="group"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
        tabIndex={0}
        aria-label={words.compare.columnsArea}
        className="relative flex min-h-100 flex-1 gap-3 overflow-x-auto pb-1 snug:min-h-94"
      >
        {shownPlaces.map((place) => (
          <AnswerColumn
            key={place.columnId}
            place={place}
            places={places}
            sharesWith={sharedLetters(comparison, places, place)}
            info={infoOf(place)}
            isMasked={masked}
            isBest={bestId === place.columnId}
            isFocused={focusedId === place.columnId}
            onFocus={places.length < 2 ? null : () => setFocused(focusedId === place.columnId ? null : place.columnId)}
            onAgain={isRunning || place.column === null ? null : again.run}
            scroll={scroll}
          />
        ))}
      </div>
      <output className="sr-only">{isOver ? announced(places) : ''}</output>
      {round !== null && (
        <div className="flex flex-wrap items-center gap-3 snug:gap-y-2">
          <VoteBar round={round} places={places} />
          <div className="min-w-60 flex-1 snug:min-w-40">
            <NoteField key={round.id} round={round} />
          </div>
        </div>
      )}
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-60 flex-1">
          <Composer
            field={composer}
            comparisonId={comparisonId}
            isRunning={isRunning}
            {...readiness(comparison, known?.targets)}
            onSent={() => show(null)}
          />
        </div>
        {!isRunning && setup.columns.length > 1 && (
          <div className="pt-2 snug:pt-1">
            <Segmented
              label={words.compare.setUp.order}
              value={setup.order}
              onChange={setOrder}
              segments={(['together', 'in-turn'] as const).map((value) => ({
                value,
                label: words.compare.orders[value].label,
              }))}
            />
          </div>
        )}
      </div>
      {isDiffOpen && <DiffDialog places={places} onClose={() => onDialog(null)} />}
    </>
  );
}

function announced(places: readonly Place[]): string {
  const isOf = (is: (answer: CompareAnswer) => boolean) => places.filter(({ answer }) => answer !== null && is(answer));
  const failed = isOf(({ state }) => state === 'failed');
  return words.compare.announceRound(isOf(hasAnswered).length, failed.map(titleOf));
}

/** As it is now, so that one knows before asking. */
function sharedLetters({ sharing }: Comparison, places: readonly Place[], { columnId }: Place): string[] {
  const group = sharing.find((ids) => ids.includes(columnId)) ?? [];
  return lettersOf(
    places,
    group.filter((id) => id !== columnId),
  );
}

function readiness(
  { setup, rounds }: Comparison,
  targets: readonly TargetInfo[] | undefined,
): { problem: string | null; hint: string | null } {
  const text = words.compare.composer;
  const goesOn = rounds > 0 ? text.goesOn : null;
  if (targets === undefined) return { problem: null, hint: goesOn };
  const notReady = setup.columns.filter(({ target }) => findTarget(targets, target)?.state !== 'ready');
  if (notReady.length === setup.columns.length) return { problem: text.noneReady, hint: null };
  if (notReady.length === 0) return { problem: null, hint: goesOn };
  return { problem: null, hint: text.someNotReady(notReady.map(({ name }) => name)) };
}

/** By itself, so that a token redraws a line and not the page. */
function LiveTotals({ places, isMasked: isHidden }: { places: readonly Place[]; isMasked: boolean }) {
  const answers = useAnswers((store) => store.answers);
  if (isHidden) return null;
  return <RoundTotals places={places.map((place) => ({ ...place, live: answers[place.answer?.id ?? ''] ?? null }))} />;
}
