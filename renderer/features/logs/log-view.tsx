import ArrowDownToLine from 'lucide-react/icons/arrow-down-to-line';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { LogView as View } from '../../../shared/contract/logs.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { showFailure } from '../../app/notices.ts';
import { toAppError } from '../../hooks/read-stream.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import type { ViewChoice } from '../../ui/view-menu.tsx';
import { words } from '../../words.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { createLogWindow } from './log-window.ts';
import { useLogSearch } from './use-log-search.ts';

interface LogViewProps {
  runId: string;
  view: View;
  onView: (view: View) => void;
  /** A line to go to, by its number; null: the end. */
  line: number | null;
  name: string;
  /** Null: there is only this one. */
  runChoice: ViewChoice | null;
}

/** One run's log: follows its end until the reader scrolls up, then counts what comes. */
export function LogView({ runId, view, onView, line, name, runChoice }: LogViewProps) {
  const api = useApi();
  const { data: counts, failure } = useStream(useMemo(() => streams.logCounts(runId), [runId]));
  const window = useMemo(() => createLogWindow(api, runId, view), [api, runId, view]);
  const list = useRef<LogListHandle>(null);
  const [isWrapped, setWrapped] = useState(false);
  /** The end when the reader left it; null while following. */
  const [leftAt, setLeftAt] = useState<number | null>(null);
  /** Where the reader was led to. */
  const [shownLine, setShownLine] = useState<number | null>(null);
  const search = useLogSearch(
    runId,
    view,
    (position) => list.current?.goTo(position),
    () => list.current?.firstVisible() ?? 0,
  );

  // Frees the reads under way when the page goes.
  useEffect(() => window.open(), [window]);

  async function goToLine(number: number) {
    const { position } = await api.logs.locate({ runId, view, line: number });
    setShownLine(position);
    list.current?.goTo(position);
  }
  const isKnown = counts !== undefined;
  useEffect(() => {
    if (line !== null && isKnown) goToLine(line).catch((error: unknown) => showFailure(toAppError(error)));
    // The address asks once; what the reader does afterwards is theirs.
    // oxlint-disable-next-line react/exhaustive-deps -- the function is made anew at each render
  }, [line, isKnown, runId, view]);

  if (counts === undefined)
    return (
      <div className="p-6">
        {failure === null ? <SkeletonList rows={10} rowClassName="h-4" /> : <ErrorCard failure={failure} />}
      </div>
    );

  const range = view === 'quiet' ? counts.quiet : { first: counts.firstLine, end: counts.endLine };
  const newLines = leftAt === null ? 0 : range.end - leftAt;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <LogToolbar
        runId={runId}
        counts={counts}
        view={view}
        range={range}
        onView={onView}
        search={search}
        runChoice={runChoice}
        isWrapped={isWrapped}
        onWrap={setWrapped}
        goToLine={(number) => void goToLine(number).catch((error: unknown) => showFailure(toAppError(error)))}
      />
      {failure !== null && <ErrorCard failure={failure} />}
      {counts.failure !== null && (
        <div className="px-6 py-3">
          <ErrorCard failure={counts.failure} />
        </div>
      )}
      <div className="relative flex min-h-0 flex-1 flex-col">
        <LogList
          handle={list}
          window={window}
          label={words.log.label(name)}
          range={range}
          dropped={counts.firstLine}
          query={search.query}
          currentHit={search.currentLine ?? shownLine}
          isWrapped={isWrapped}
          isFollowing={leftAt === null}
          onFollow={(isFollowing) => setLeftAt(isFollowing ? null : range.end)}
        />
        {leftAt !== null && (
          <div className="pointer-events-none absolute inset-x-0 bottom-4 flex justify-center">
            <span className="pointer-events-auto rounded-md shadow-popup">
              <Button
                size="small"
                variant="primary"
                icon={<ArrowDownToLine aria-hidden className="size-3.5" />}
                onClick={() => setLeftAt(null)}
              >
                {newLines > 0 ? words.log.newLines(newLines) : words.log.toEnd}
              </Button>
            </span>
          </div>
        )}
      </div>
    </div>
  );
}
