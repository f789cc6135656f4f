import type { Failure } from '../../../shared/contract/common.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { ChangeRun } from '../../app/change-run.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { FailedJob } from '../../app/failed-job.tsx';
import { isAboutMemory, MemoryHolders } from '../../app/memory-holders.tsx';
import { useRunAgain } from '../../app/run-again.ts';
import { useNimDetails } from '../../app/use-nim-details.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';

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
  if (job !== null) return <FailedJob job={job} />;
  const failure = nim.exit?.failure;
  return failure === undefined ? null : <FailedRun nim={nim} failure={failure} />;
}

/** Where the job is gone, replaced by another try or cleared away: the container is still there, and so is the cause. */
function FailedRun({ nim, failure }: { nim: Nim; failure: Failure }) {
  const { details } = useNimDetails(nim);
  const runAgain = useRunAgain();
  return (
    <ErrorCard
      failure={failure}
      actions={details !== undefined && <ChangeRun onChange={() => runAgain(details.spec)} />}
    >
      {isAboutMemory(failure.code) && <MemoryHolders />}
    </ErrorCard>
  );
}

/** The same in a line, for a row, which leads to the whole: the first error line alone seldom says it. */
export function FailedStartTitle({ nim }: { nim: Nim }) {
  const job = useFailedStart(nim);
  const failure = job?.failure ?? nim.exit?.failure ?? null;
  if (failure === null) return null;
  return (
    <p className="text-sm">
      <a
        href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })}
        className="rounded-sm text-bad underline-offset-2 hover:underline"
      >
        {errorCatalog[failure.code].title}
      </a>
    </p>
  );
}
