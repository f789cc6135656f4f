import { diffLines, diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import { words } from '../../words.ts';

const text = words.compare.diff;

interface Part {
  value: string;
  added: boolean;
  removed: boolean;
}

/** Longer than this nobody waits for, and the page stands still meanwhile. */
const longestMs = 400;

/** Word by word; line by line where the two are too different for that in a reasonable time. */
export function diffTexts(from: string, to: string): { parts: Part[]; isByLine: boolean } {
  const byWord = diffWordsWithSpace(from, to, { timeout: longestMs });
  const parts = (byWord ?? diffLines(from, to)).map(({ value, added, removed }) => ({ value, added, removed }));
  return { parts, isByLine: byWord === undefined };
}

const wordCount = (parts: readonly Part[]) =>
  parts.reduce((sum, { value }) => sum + (value.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);

export function WordDiff({ from, to }: { from: string; to: string }) {
  const { parts, isByLine } = useMemo(() => diffTexts(from, to), [from, to]);
  const removed = parts.filter((part) => part.removed);
  const added = parts.filter((part) => part.added);
  if (removed.length === 0 && added.length === 0) return <p className="text-sm">{text.same}</p>;
  return (
    <>
      <p className="text-sm text-ink-soft">{text.summary(wordCount(removed), wordCount(added))}</p>
      {isByLine && <p className="text-sm text-warn">{text.tooDifferent}</p>}
      <p className="rounded-xl border border-line p-3 text-sm break-words whitespace-pre-wrap">
        {parts.map((part, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- made anew as a whole
          <DiffPart key={index} part={part} />
        ))}
      </p>
    </>
  );
}

function DiffPart({ part: { value, added, removed } }: { part: Part }) {
  if (removed) return <del className="rounded-sm bg-bad-soft text-bad line-through">{value}</del>;
  if (added) return <ins className="rounded-sm bg-good-soft text-good underline">{value}</ins>;
  return <span>{value}</span>;
}
