import { useRef, useState } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { cx } from '../ui/cx.ts';
import { CancelJobDialog } from './cancel-job.tsx';
import { JobItem } from './job-item.tsx';

interface JobListProps {
  jobs: readonly Job[];
  onLeave?: () => void;
  className?: string;
}

/** Jobs, and the question before one is cancelled. Where its button goes away with the job, the list has the focus. */
export function JobList({ jobs, onLeave, className }: JobListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [asksAbout, setAsksAbout] = useState<string | null>(null);
  const asked = jobs.find((job) => job.id === asksAbout && job.state === 'running');
  return (
    <>
      <ul ref={list} tabIndex={-1} className={cx('divide-y divide-line outline-none', className)}>
        {jobs.map((job) => (
          <JobItem
            key={job.id}
            job={job}
            onAskCancel={() => setAsksAbout(job.id)}
            {...(onLeave === undefined ? {} : { onLeave })}
          />
        ))}
      </ul>
      {asked !== undefined && <CancelJobDialog job={asked} onClose={() => setAsksAbout(null)} finalFocus={list} />}
    </>
  );
}
