import CirclePlay from 'lucide-react/icons/circle-play';
import { ErrorCard } from '../../app/error-card.tsx';
import { JobList } from '../../app/job-list.tsx';
import { NoEngine } from '../../app/no-engine.tsx';
import { Page } from '../../app/page.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { comingRuns } from './coming-runs.ts';
import { NimList } from './nim-list.tsx';

export function RunningPage() {
  const { data: engine } = useStream(streams.engine);
  const { data: list, failure } = useStream(streams.nims);
  const { data: jobs = [] } = useStream(streams.jobs);
  const coming = comingRuns(jobs);
  const isEmpty = list !== undefined && list.nims.length === 0 && coming.length === 0;
  const isUnreachable = engine?.status === 'unreachable';

  return (
    <Page title={words.running.title}>
      {isUnreachable && (
        <NoEngine
          state={engine}
          {...(list !== undefined && list.nims.length > 0 ? { hint: words.running.isOld } : {})}
        />
      )}
      {failure !== null && <ErrorCard failure={failure} />}
      {list === undefined && failure === null && !isUnreachable && <SkeletonList rows={3} rowClassName="h-20" />}
      {isEmpty && !isUnreachable && (
        <Empty
          icon={<CirclePlay aria-hidden className="size-6" />}
          title={words.running.empty}
          actions={
            <a href="#/models" className={buttonClass('primary')}>
              {words.running.chooseModel}
            </a>
          }
        >
          {words.running.emptyHint}
        </Empty>
      )}
      {coming.length > 0 && <JobList jobs={coming} className="rounded-xl border border-line bg-surface" />}
      {list !== undefined && list.nims.length > 0 && <NimList {...list} />}
    </Page>
  );
}
