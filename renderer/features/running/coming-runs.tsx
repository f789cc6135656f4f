import X from 'lucide-react/icons/x';
import { useRef, useState } from 'react';
import type { Job } from '../../../shared/contract/jobs.ts';
import { useApi } from '../../api.tsx';
import { CancelJobDialog, cancelCost } from '../../app/cancel-job.tsx';
import { ChangeRun } from '../../app/change-run.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { JobProgress } from '../../app/job-progress.tsx';
import { useRetryJob } from '../../app/use-retry-job.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/**
 * Runs that have no container: it is not made yet, or it never was. Of those that failed only the last one: older ones
 * would push what does run out of sight, and the jobs tray has them all.
 */
export function comingRuns(jobs: readonly Job[]): Job[] {
  const runs = jobs.filter((job) => job.kind === 'deploy' && job.nimId === null);
  const lastFailed = runs.find((job) => job.state === 'failed');
  return runs.filter((job) => job.state === 'running' || job === lastFailed);
}

/** Where one looks for what one has just run: how far it is, or why it is not there. */
export function ComingRuns({ jobs }: { jobs: readonly Job[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [asksAbout, setAsksAbout] = useState<string | null>(null);
  const asked = jobs.find((job) => job.id === asksAbout && job.state === 'running');
  return (
    <>
      <ul
        ref={list}
        tabIndex={-1}
        className="divide-y divide-line rounded-xl border border-line bg-surface outline-none"
      >
        {jobs.map((job) => (
          <ComingRun key={job.id} job={job} onCancel={() => setAsksAbout(job.id)} />
        ))}
      </ul>
      {asked !== undefined && <CancelJobDialog job={asked} onClose={() => setAsksAbout(null)} finalFocus={list} />}
    </>
  );
}

function ComingRun({ job, onCancel }: { job: Job; onCancel: () => void }) {
  const api = useApi();
  const cancel = useAction(() => api.jobs.cancel({ jobId: job.id }));
  const dismiss = useAction(() => api.jobs.dismiss({ jobId: job.id }));
  const { retry, isRetrying, change } = useRetryJob(job);
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="font-medium break-words">{job.title}</p>
          <p className="font-mono text-xs wrap-anywhere text-ink-soft">{job.reference}</p>
        </div>
        {job.state === 'running' ? (
          <Button
            size="small"
            aria-label={words.jobs.cancel(job.title)}
            isBusy={cancel.isRunning}
            onClick={() => (cancelCost(job) === null ? cancel.run(undefined) : onCancel())}
          >
            {words.common.cancel}
          </Button>
        ) : (
          <IconButton
            size="small"
            label={words.jobs.dismiss(job.title)}
            icon={<X aria-hidden className="size-4" />}
            onClick={() => dismiss.run(undefined)}
          />
        )}
      </div>
      {job.state === 'running' && <JobProgress job={job} />}
      {job.failure !== null && (
        <ErrorCard
          failure={job.failure}
          onRetry={retry ?? undefined}
          isRetrying={isRetrying}
          actions={change !== null && <ChangeRun onChange={change} />}
        />
      )}
    </li>
  );
}
