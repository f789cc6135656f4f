import { useQuery } from '@tanstack/react-query';
import GripVertical from 'lucide-react/icons/grip-vertical';
import { useMemo } from 'react';
import type { Nim } from '../../../shared/contract/nims.ts';
import { useApi } from '../../api.tsx';
import { referenceOf, shortName } from '../../app/image-reference.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { Card } from '../../ui/card.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { type Candidate, candidateKey, usePlacing } from './placing.ts';

const over = new Set<Nim['status']>(['stopped', 'exited']);

/** More are found by typing, in the box beside them. */
const shown = 12;

/** What can be placed: NIMs that have ended, pulled images, and any model of the list. */
export function Candidates({ nims }: { nims: readonly Nim[] }) {
  const { place: text } = words.hardware;
  const api = useApi();
  const { data: images } = useStream(streams.images);
  const { data: catalog } = useQuery({
    queryKey: keys.catalog(),
    queryFn: ({ signal }) => api.catalog.list({}, { signal }),
    staleTime: Infinity,
  });
  const picked = usePlacing((placing) => placing.candidate);
  const pick = usePlacing((placing) => placing.pick);
  const ended = nims.filter(({ status }) => over.has(status)).map(toCandidate);
  const pulled = (images ?? []).flatMap(({ nim, references: [reference] }): Candidate[] =>
    nim === null || reference === undefined
      ? []
      : [{ subject: { kind: 'image', reference }, reference, name: shortName(reference) }],
  );
  const candidates = [...ended, ...pulled];
  const options = useMemo(
    () =>
      (catalog?.models ?? []).map(({ repository, tag, title, publisher }) => ({
        value: referenceOf(repository, tag),
        label: title,
        hint: publisher,
      })),
    [catalog],
  );
  return (
    <Card title={text.title} description={text.hint}>
      <div className="flex flex-wrap items-center gap-2">
        {candidates.length > 0 && (
          <ul aria-label={text.choose} className="flex min-w-0 flex-wrap gap-2">
            {candidates.slice(0, shown).map((candidate) => (
              <li key={candidateKey(candidate)} className="min-w-0">
                <Chip
                  candidate={candidate}
                  isPicked={picked !== null && candidateKey(picked) === candidateKey(candidate)}
                />
              </li>
            ))}
          </ul>
        )}
        <div className="w-64 max-w-full">
          <Combobox
            label={text.another}
            placeholder={text.another}
            value={null}
            options={options}
            onChange={(reference) => {
              if (reference === null) return;
              const name = options.find(({ value }) => value === reference)?.label ?? shortName(reference);
              pick({ subject: { kind: 'image', reference }, reference, name });
            }}
          />
        </div>
      </div>
    </Card>
  );
}

const toCandidate = ({ id, name, reference }: Nim): Candidate => ({
  subject: { kind: 'nim', nimId: id },
  reference,
  name,
});

function Chip({ candidate, isPicked }: { candidate: Candidate; isPicked: boolean }) {
  const { place: text } = words.hardware;
  const pick = usePlacing((placing) => placing.pick);
  const drop = usePlacing((placing) => placing.drop);
  return (
    <button
      type="button"
      draggable
      data-candidate={candidateKey(candidate)}
      aria-pressed={isPicked}
      title={candidate.reference}
      onClick={() => (isPicked ? drop() : pick(candidate))}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'copy';
        event.dataTransfer.setData('text/plain', candidate.name);
        // Not at once: Chromium ends a drag whose surroundings change in its first moment.
        setTimeout(() => pick(candidate, true));
      }}
      onDragEnd={drop}
      className={cx(
        'flex min-h-control max-w-full items-center gap-1.5 rounded-md border px-2 text-left text-sm',
        isPicked
          ? 'border-accent bg-accent-soft text-accent'
          : 'border-line-strong/70 bg-surface hover:border-line-strong hover:bg-hover',
      )}
    >
      <GripVertical aria-hidden className="size-icon-small shrink-0 text-ink-soft" />
      <span className="min-w-0 font-medium break-words">
        <span className="sr-only">{text.pick} </span>
        {candidate.name}
      </span>
      <span className="text-xs text-ink-soft">{candidate.subject.kind === 'nim' ? text.stopped : text.image}</span>
    </button>
  );
}
