import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { useEffect } from 'react';
import type { CompareRound, CompareVote } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { hasAnswered, isUnderWay } from './answers.ts';
import type { Place } from './places.ts';

const typing =
  'input, textarea, select, [contenteditable=true], [role=dialog], [role=alertdialog], [role=menu], [role=listbox]';

interface VoteChoice {
  value: string;
  label: string;
  /** A character that chooses it outside of text fields. */
  keyName: string;
  vote: CompareVote;
}

function choicesOf(places: readonly Place[]): VoteChoice[] {
  const answered = places.filter(({ answer }) => answer !== null && hasAnswered(answer));
  const list: VoteChoice[] = answered.map(({ letter, columnId }) => ({
    value: columnId,
    label: words.compare.vote.column(letter),
    keyName: letter.toLowerCase(),
    vote: { kind: 'column', columnId },
  }));
  if (answered.length > 1)
    list.push({ value: ' tie', label: words.compare.vote.tie, keyName: 't', vote: { kind: 'tie' } });
  const none = answered.length === 1 ? words.compare.vote.noneOfOne : words.compare.vote.none(answered.length);
  if (answered.length > 0) list.push({ value: ' none', label: none, keyName: 'x', vote: { kind: 'none' } });
  return list;
}

const valueOf = (vote: CompareVote | null) =>
  vote === null ? null : vote.kind === 'column' ? vote.columnId : ` ${vote.kind}`;

/** One of the answers, a tie, or none of them; by buttons, by arrows among them, or by single characters. */
export function VoteBar({ round, places }: { round: CompareRound; places: readonly Place[] }) {
  const api = useApi();
  const { data: settings } = useStream(streams.settings);
  const text = words.compare.vote;
  const { run } = useAction((vote: CompareVote | null) => api.compare.vote({ roundId: round.id, vote }));
  const isReady = round.answers.every(({ state }) => !isUnderWay(state));
  const choices = choicesOf(places);
  const hasKeys = isReady && (settings?.hasCharacterKeys ?? true);

  useEffect(() => {
    if (!hasKeys) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (target?.closest(typing) !== null && target !== null) return;
      const chosen = choices.find(({ keyName }) => keyName === event.key.toLowerCase());
      if (chosen === undefined) return;
      event.preventDefault();
      run(chosen.vote);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  if (!isReady || choices.length === 0) return <p className="text-sm text-ink-soft">{isReady ? '' : text.waits}</p>;
  const last = choices.findLast(({ vote }) => vote.kind === 'column')?.keyName.toUpperCase() ?? 'A';
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <span className="text-sm font-medium snug:sr-only">{text.label}</span>
      <ToggleGroup
        aria-label={text.label}
        value={[valueOf(round.vote) ?? '']}
        onValueChange={([next]: string[]) => run(choices.find(({ value }) => value === next)?.vote ?? null)}
        className="flex flex-wrap gap-1.5"
      >
        {choices.map(({ value, label, keyName }) => (
          <Toggle
            key={value}
            value={value}
            {...(hasKeys ? { 'aria-keyshortcuts': keyName.toUpperCase(), title: text.keys(last) } : {})}
            className="inline-flex h-control items-center rounded-md border border-line-strong/70 bg-surface px-3 snug:px-2 text-sm font-medium whitespace-nowrap hover:bg-hover data-pressed:border-accent data-pressed:bg-accent-soft data-pressed:text-accent"
          >
            {label}
          </Toggle>
        ))}
      </ToggleGroup>
      {round.vote !== null && (
        <Button size="small" variant="quiet" onClick={() => run(null)}>
          {text.clear}
        </Button>
      )}
    </div>
  );
}
