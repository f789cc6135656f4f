import ArrowDownToLine from 'lucide-react/icons/arrow-down-to-line';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { createLogWindow } from './log-window.ts';
import { useLogSearch } from './use-log-search.ts';

interface LogViewProps {
  runId: string;
  name: string;
  runChoice: ReactNode;
}

/** One run's log: follows its end until the reader scrolls up, then counts what comes. */
export function LogView({ runId, name, runChoice }: LogViewProps) {
  const api = useApi();
  const { data: counts, failure } = useStream(useMemo(() => streams.logCounts(runId), [runId]));
  const window = useMemo(() => createLogWindow(api, runId), [api, runId]);
  const list = useRef<LogListHandle>(null);
  const [isWrapped, setWrapped] = useState(false);
  /** The end when the reader left it; null while following. */
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const search = useLogSearch(
    runId,
    (line) => list.current?.goTo(line),
    () => list.current?.firstVisible() ?? 0,
  );

  // Frees the reads under way when the page goes.
  useEffect(() => window.open(), [window]);

  if (counts === undefined)
    return (
      <div className="p-6">
        {failure === null ? <SkeletonList rows={10} rowClassName="h-4" /> : <ErrorCard failure={failure} />}
      </div>
    );

  const newLines = leftAt === null ? 0 : counts.endLine - leftAt;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <LogToolbar
        runId={runId}
        counts={counts}
        search={search}
        runChoice={runChoice}
        isWrapped={isWrapped}
        onWrap={setWrapped}
        goTo={(line) => list.current?.goTo(line)}
      />
      {failure !== null && <ErrorCard failure={failure} />}
      <div className="relative flex min-h-0 flex-1 flex-col">
        <LogList
          handle={list}
          window={window}
          label={words.log.label(name)}
          counts={counts}
          query={search.query}
          currentHit={search.currentLine}
          isWrapped={isWrapped}
          isFollowing={leftAt === null}
          onFollow={(isFollowing) => setLeftAt(isFollowing ? null : counts.endLine)}
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
