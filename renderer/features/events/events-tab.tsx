import Activity from 'lucide-react/icons/activity';
import { useMemo, useState } from 'react';
import type { Nim, NimEvent } from '../../../shared/contract/nims.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { TabPanel } from '../../app/tab-panel.tsx';
import { When } from '../../app/when.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Card } from '../../ui/card.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { Timeline, type StepState } from '../../ui/timeline.tsx';
import { words } from '../../words.ts';
import { byRun, eventDetail } from './event-groups.ts';

const filters = ['all', 'important'] as const;

/** What happened to the container, newest first, a card for each of its runs. */
export function EventsTab({ nim }: { nim: Nim }) {
  const { data: events, failure } = useStream(useMemo(() => streams.nimEvents(nim.id), [nim.id]));
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');

  if (events === undefined)
    return (
      <TabPanel>
        {failure === null ? <SkeletonList rows={6} rowClassName="h-6" /> : <ErrorCard failure={failure} />}
      </TabPanel>
    );
  if (events.length === 0)
    return (
      <Empty icon={<Activity aria-hidden className="size-icon-large" />} title={words.events.empty}>
        {words.events.emptyHint}
      </Empty>
    );
  const groups = byRun(events.filter(({ kind }) => filter === 'all' || kind !== 'phase'));
  return (
    <TabPanel>
      {failure !== null && <ErrorCard failure={failure} />}
      <Segmented
        label={words.events.filter}
        value={filter}
        onChange={setFilter}
        segments={filters.map((value) => ({ value, label: words.events.filters[value] }))}
      />
      {groups.map(({ startedAt, events: ofRun }) => {
        const title =
          startedAt === null ? words.events.before : words.events.run(words.time.absolute(new Date(startedAt)));
        return (
          <Card key={startedAt ?? 'before'} title={title}>
            <Timeline
              label={title}
              steps={ofRun.map((event) => {
                const detail = eventDetail(event, events);
                return {
                  key: String(event.id),
                  label:
                    event.kind === 'phase' && event.phase !== null
                      ? words.jobs.startPhases[event.phase]
                      : words.events.kinds[event.kind],
                  state: stateOf(event),
                  time: (
                    <span className="flex gap-2">
                      <span>{words.time.absolute(new Date(event.at))}</span>
                      <span>
                        (<When at={event.at} />)
                      </span>
                    </span>
                  ),
                  ...(detail === '' ? {} : { detail }),
                };
              })}
            />
          </Card>
        );
      })}
    </TabPanel>
  );
}

function stateOf({ kind, exitCode }: NimEvent): StepState {
  if (kind === 'out-of-memory' || kind === 'health-lost') return 'failed';
  if (kind === 'ended') return exitCode === 0 ? 'skipped' : 'failed';
  return kind === 'stopped' || kind === 'paused' || kind === 'signal' ? 'skipped' : 'done';
}
