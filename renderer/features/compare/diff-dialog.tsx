import { Suspense, useState } from 'react';
import { lazyPart } from '../../lazy-part.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { useAnswers } from './answers.ts';
import { titleOf, type Place } from './places.ts';

const WordDiff = lazyPart(() => import('./word-diff.tsx').then((part) => part.WordDiff));

/** Any two answers of the round that is shown; they are being followed by their columns, so their texts are here. */
export function DiffDialog({ places, onClose }: { places: readonly Place[]; onClose: () => void }) {
  const text = words.compare.diff;
  const [fromId, setFrom] = useState(places[0]?.columnId ?? '');
  const [toId, setTo] = useState(places[1]?.columnId ?? '');
  const answers = useAnswers((store) => store.answers);
  const textOf = (columnId: string) => {
    const answer = places.find((place) => place.columnId === columnId)?.answer;
    return answers[answer?.id ?? '']?.text ?? '';
  };
  const options = places.map((place) => ({ value: place.columnId, label: titleOf(place) }));
  const [from, to] = [textOf(fromId), textOf(toId)];
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={text.title}
      actions={<Button onClick={onClose}>{words.common.close}</Button>}
    >
      <div className="flex flex-wrap items-center gap-3">
        <Select label={text.from} value={fromId} onChange={setFrom} options={options} />
        <span aria-hidden>→</span>
        <Select label={text.to} value={toId} onChange={setTo} options={options} />
      </div>
      {from === '' || to === '' ? (
        <p className="text-sm text-ink-soft">{text.empty}</p>
      ) : (
        <Suspense fallback={<SkeletonText />}>
          <WordDiff from={from} to={to} />
        </Suspense>
      )}
    </Dialog>
  );
}
