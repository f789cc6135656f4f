import type { Job } from '../../../shared/contract/jobs.ts';
import { useApi } from '../../api.tsx';
import { FailedJob } from '../../app/failed-job.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/** Why the model of this row is not here though it was asked for, until that is dismissed or tried again. */
export function FailedPull({ job }: { job: Job }) {
  const api = useApi();
  const dismiss = useAction(() => api.jobs.dismiss({ jobId: job.id }));
  return (
    <FailedJob
      job={job}
      actions={
        <Button
          size="small"
          variant="quiet"
          aria-label={words.jobs.dismiss(job.title)}
          isBusy={dismiss.isRunning}
          onClick={() => dismiss.run(undefined)}
        >
          {words.common.dismiss}
        </Button>
      }
    />
  );
}
