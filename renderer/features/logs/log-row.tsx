import { memo, useMemo } from 'react';
import type { LogLine } from '../../../shared/contract/logs.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { markHits, parseAnsi } from './ansi.ts';

interface LogRowProps {
  /** Undefined until it was read. */
  line: LogLine | undefined;
  query: string;
  /** The hit that “next” led to. */
  isCurrent: boolean;
  isWrapped: boolean;
}

const levelClasses = { error: 'text-bad', warning: 'text-warn', info: '', other: '' };

/** Colours are parsed here, so only for lines that are on the screen. */
export const LogRow = memo(function LogRow({ line, query, isCurrent, isWrapped }: LogRowProps) {
  const spans = useMemo(() => (line === undefined ? [] : markHits(parseAnsi(line.text), query)), [line, query]);
  const level = line?.level ?? 'other';
  return (
    <div
      className={cx(
        'flex min-h-5 font-mono text-xs leading-5',
        isWrapped ? 'w-full' : 'w-max min-w-full',
        isCurrent && 'bg-accent-soft',
      )}
    >
      <span
        title={line?.at ?? undefined}
        className={cx(
          'sticky left-0 w-20 shrink-0 border-r-2 bg-sunken pr-3 text-right text-ink-soft tabular-nums select-none',
          level === 'error' ? 'border-bad' : level === 'warning' ? 'border-warn' : 'border-line',
        )}
      >
        {(level === 'error' || level === 'warning') && <span className="sr-only">{words.log.levels[level]} </span>}
        {line === undefined ? '' : line.line + 1}
      </span>
      <span
        className={cx(
          'pr-4 pl-3',
          isWrapped ? 'min-w-0 break-words whitespace-pre-wrap' : 'whitespace-pre',
          levelClasses[level],
        )}
      >
        {line === undefined ? (
          <span aria-hidden className="skeleton inline-block h-3 w-72 rounded-sm" />
        ) : (
          spans.map((span) =>
            span.isHit ? (
              <mark
                key={span.start}
                className={cx('rounded-xs', isCurrent ? 'bg-mark-now text-mark-now-ink' : 'bg-mark text-ink')}
              >
                {span.text}
              </mark>
            ) : (
              <span key={span.start} className={span.className}>
                {span.text}
              </span>
            ),
          )
        )}
        {line !== undefined && line.length > line.text.length && (
          <span className="text-ink-soft">{words.log.cut(line.length)}</span>
        )}
      </span>
    </div>
  );
});
