import { useMemo } from 'react';
import type { Nim, NimDetails } from '../../../shared/contract/nims.ts';
import { formatDuration } from '../../../shared/format.ts';
import { JobProgress } from '../../app/job-progress.tsx';
import { Elapsed } from '../../app/when.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Card } from '../../ui/card.tsx';
import { Timeline, type Step } from '../../ui/timeline.tsx';
import { words } from '../../words.ts';
import { startDurationMs, startSteps, type StartStep } from './start-steps.ts';

const duration = (ms: number) => formatDuration(ms / 1000);

/** The phases of the newest start, with their times and what is still to come by the measure of the last one. */
export function StartCard({ nim, details }: { nim: Nim; details: NimDetails | undefined }) {
  const { data: events } = useStream(useMemo(() => streams.nimEvents(nim.id), [nim.id]));
  const { data: jobs = [] } = useStream(streams.jobs);
  const job = jobs.find((each) => each.nimId === nim.id && each.state === 'running') ?? null;
  const last = details?.lastStart ?? null;
  const isStarting = nim.status === 'starting';
  // The last one that became ready may be this one.
  const isThis = last?.startedAt === nim.startedAt;
  const [earlier, measured] = isThis ? [null, last] : [last, null];
  const steps = events === undefined ? [] : startSteps(nim, events, earlier, measured);
  const tookMs = events === undefined ? null : startDurationMs(nim, events, measured);
  // Stopped, or nothing but the start itself was seen: there is nothing to tell. Nor where nobody looked on.
  const isUnseen = !isStarting && events?.some(({ startedAt }) => startedAt === nim.startedAt) !== true;
  if (nim.startedAt === null || isUnseen || (!isStarting && steps.length < 2))
    return job === null ? null : <JobCard job={job} />;

  const lastLine = isStarting ? (job?.start?.lastLine ?? null) : null;
  const title = isStarting ? words.running.startUnderWay : words.running.startTitle;
  const said =
    tookMs !== null
      ? words.running.startTook(duration(tookMs))
      : isStarting
        ? earlier === null
          ? words.running.neverReady
          : words.running.lastStart(duration(earlier.totalMs))
        : '';
  return (
    <Card title={title} description={said}>
      <Timeline label={title} steps={steps.map((step) => toStep(step, lastLine))} />
    </Card>
  );
}

function JobCard({ job }: { job: Parameters<typeof JobProgress>[0]['job'] }) {
  return (
    <Card>
      <JobProgress job={job} />
    </Card>
  );
}

function toStep({ phase, state, at, ms, lastMs }: StartStep, lastLine: string | null): Step {
  const lastTime = lastMs === null ? null : words.running.lastTime(duration(lastMs));
  const detail = state === 'now' ? [lastLine, lastTime] : [lastTime];
  const shown = detail.filter((part) => part !== null);
  return {
    key: phase,
    label: words.jobs.startPhases[phase],
    state,
    ...(ms !== null
      ? { time: <span title={at === null ? undefined : words.time.absolute(new Date(at))}>{duration(ms)}</span> }
      : state === 'now' && at !== null
        ? { time: <Elapsed since={at} /> }
        : {}),
    ...(shown.length === 0
      ? {}
      : {
          detail: shown.map((part) => (
            <span key={part} className="block wrap-anywhere">
              {part}
            </span>
          )),
        }),
  };
}
