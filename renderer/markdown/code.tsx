/* oxlint-disable react/no-array-index-key -- lines of a text are only ever added at its end, so their place is what they are */
import { memo, useContext, useEffect, useMemo, useState } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { words } from '../words.ts';
import type { Token } from './highlight.ts';
import { codeLanguage } from './languages.ts';
import { TurnContext } from './turn-context.ts';
import { useDrawn } from './use-drawn.ts';

interface CodeProps {
  code: string;
  /** The first word after the fence; empty: none. */
  language: string;
  /** More of it comes: colours wait for its end. */
  isOpen: boolean;
}

// A browser lays out again what changes: only the last group of lines of code that grows.
const groupLines = 40;

const longestName = 24;

/** A block of code with its language, its colours and a button that copies it. */
export const Code = memo(function Code({ code, language, isOpen }: CodeProps) {
  const ask = useMemo(() => {
    const known = isOpen || code === '' ? null : codeLanguage(language);
    return known === null ? null : ({ kind: 'code', code, language: known } as const);
  }, [code, language, isOpen]);
  const drawn = useDrawn(ask);
  const lines = drawn?.kind === 'code' ? drawn.lines : null;
  const name = language.length > longestName ? `${language.slice(0, longestName)}…` : language;
  return (
    <figure
      aria-label={name === '' ? words.markdown.code : words.markdown.codeIn(name)}
      className="overflow-hidden rounded-md border border-line bg-sunken"
    >
      <figcaption className="flex min-h-8 items-center justify-between gap-3 border-b border-line py-0.5 pr-1 pl-3 text-xs text-ink-soft">
        {name === '' ? words.markdown.code : name}
        <CopyButton text={code} label={words.markdown.copyCode} />
      </figcaption>
      {/* Can be scrolled sideways, so it must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1 */}
      <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-code focus-visible:-outline-offset-2">
        <code>
          <Lines code={code} coloured={lines} />
        </code>
      </pre>
    </figure>
  );
});

interface LinesProps {
  code: string;
  coloured: readonly (readonly Token[])[] | null;
}

/** Colours come group by group, so that those of long code make no frame late. */
function Lines({ code, coloured }: LinesProps) {
  const turn = useContext(TurnContext);
  const plain = useMemo(() => groups(code.split('\n')), [code]);
  const lines = useMemo(() => (coloured === null ? [] : groups(coloured)), [coloured]);
  // Known from before, as of an answer that is scrolled back to: all at once.
  const [done, setDone] = useState(Math.max(1, lines.length));
  const isWhole = lines.length <= done;
  useEffect(() => {
    if (!isWhole) turn.later(() => setDone(done + 1));
  }, [isWhole, done, turn]);
  return plain.map((group, index) => {
    const known = index < done ? lines[index] : undefined;
    return known === undefined ? (
      <PlainGroup key={index} text={`${group.join('\n')}\n`} />
    ) : (
      <ColouredGroup key={index} lines={known} />
    );
  });
}

const PlainGroup = memo(function PlainGroup({ text }: { text: string }) {
  return <span className="block">{text}</span>;
});

const ColouredGroup = memo(function ColouredGroup({ lines }: { lines: readonly (readonly Token[])[] }) {
  return (
    <span className="block">
      {lines.map((line, number) => (
        <span key={number}>
          {line.map(([text, kind], place) =>
            kind === null ? (
              text
            ) : (
              <span key={place} className={`code-${kind}`}>
                {text}
              </span>
            ),
          )}
          {'\n'}
        </span>
      ))}
    </span>
  );
});

function groups<T>(items: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let from = 0; from < items.length; from += groupLines) found.push(items.slice(from, from + groupLines));
  return found;
}
