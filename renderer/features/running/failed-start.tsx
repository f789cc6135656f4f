import type { Job } from '../../../shared/contract/jobs.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { ChangeRun } from '../../app/change-run.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { isAboutMemory, MemoryHolders } from '../../app/memory-holders.tsx';
import { useRetryJob } from '../../app/use-retry-job.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';

/** The job that saw the last start of this NIM fail; null where it runs, ended later, or was started elsewhere since. */
export function failedStartOf(nim: Nim, jobs: readonly Job[]): Job | null {
  if (nim.exit === null) return null;
  const [last] = jobs
    .filter((job) => job.nimId === nim.id)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  if (last?.state !== 'failed' || last.failure === null || last.endedAt === null) return null;
  const isOld = nim.startedAt !== null && Date.parse(nim.startedAt) > Date.parse(last.endedAt);
  return isOld ? null : last;
}

function useFailedStart(nim: Nim): Job | null {
  const { data: jobs = [] } = useStream(streams.jobs);
  return failedStartOf(nim, jobs);
}

/** Why it did not start, in words, with who is in the way and what can be changed. */
export function FailedStart({ nim }: { nim: Nim }) {
  const job = useFailedStart(nim);
  return job === null ? null : <FailedJob job={job} />;
}

function FailedJob({ job }: { job: Job }) {
  const { retry, isRetrying, change } = useRetryJob(job);
  if (job.failure === null) return null;
  return (
    <ErrorCard
      failure={job.failure}
      onRetry={retry ?? undefined}
      isRetrying={isRetrying}
      actions={change !== null && <ChangeRun onChange={change} />}
    >
      {isAboutMemory(job.failure.code) && <MemoryHolders />}
    </ErrorCard>
  );
}

/** The same in a line, for a row: the first error line alone seldom says it. */
export function FailedStartTitle({ nim }: { nim: Nim }) {
  const failure = useFailedStart(nim)?.failure ?? null;
  return failure !== null && <p className="text-sm text-bad">{errorCatalog[failure.code].title}</p>;
}
