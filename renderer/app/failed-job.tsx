import type { ReactNode } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { ChangeRun } from './change-run.tsx';
import { ErrorCard } from './error-card.tsx';
import { isAboutMemory, MemoryHolders } from './memory-holders.tsx';
import { useRetryJob } from './use-retry-job.ts';

interface FailedJobProps {
  job: Job;
  /** Beside another try. */
  actions?: ReactNode;
  children?: ReactNode;
}

/** Why a job failed, with who is in the way and what can be changed; nothing of one that did not fail. */
export function FailedJob({ job, actions, children }: FailedJobProps) {
  const { retry, isRetrying, change } = useRetryJob(job);
  if (job.failure === null) return null;
  return (
    <ErrorCard
      failure={job.failure}
      onRetry={retry ?? undefined}
      isRetrying={isRetrying}
      actions={
        <>
          {change !== null && <ChangeRun onChange={change} />}
          {actions}
        </>
      }
    >
      {isAboutMemory(job.failure.code) && <MemoryHolders />}
      {children}
    </ErrorCard>
  );
}
