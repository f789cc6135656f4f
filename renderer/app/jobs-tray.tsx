import { Popover } from '@base-ui/react/popover';
import ListChecks from 'lucide-react/icons/list-checks';
import X from 'lucide-react/icons/x';
import { useRef, useState } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { toHash } from '../router.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { words } from '../words.ts';
import { CancelJobDialog, cancelCost } from './cancel-job.tsx';
import { ChangeRun } from './change-run.tsx';
import { useDialogs } from './dialogs.ts';
import { ErrorCard } from './error-card.tsx';
import { JobProgress } from './job-progress.tsx';
import { useRetryJob } from './use-retry-job.ts';
import { When } from './when.tsx';

const tones: Record<Job['state'], Tone> = {
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'idle',
  interrupted: 'warn',
};

/** All jobs, seen from every page: what runs, how far it is, how it ended. */
export function JobsTray({ jobs }: { jobs: readonly Job[] }) {
  const api = useApi();
  const isOpen = useDialogs((dialogs) => dialogs.isTrayOpen);
  const setOpen = useDialogs((dialogs) => dialogs.setTrayOpen);
  const dismissAll = useAction(() => api.jobs.dismiss({ jobId: null }));
  const popup = useRef<HTMLDivElement>(null);
  const [asksAbout, setAsksAbout] = useState<string | null>(null);
  const running = jobs.filter((job) => job.state === 'running').length;
  const failed = jobs.filter((job) => job.state === 'failed').length;
  const asked = jobs.find((job) => job.id === asksAbout && job.state === 'running');

  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={buttonClass('quiet', 'small')}>
        <ListChecks aria-hidden className="size-4" />
        {words.jobs.open(running)}
        {failed > 0 && <Badge tone="bad">{words.jobs.failed(failed)}</Badge>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="end" sideOffset={8} collisionPadding={12} className="z-30">
          <Popover.Popup
            ref={popup}
            className="popup-motion flex max-h-[min(36rem,var(--available-height))] w-md max-w-[calc(100vw-2rem)] flex-col rounded-xl border border-line bg-raised text-ink shadow-popup outline-none"
          >
            <header className="flex items-center gap-2 border-b border-line px-4 py-2">
              <Popover.Title className="flex-1 font-semibold">{words.jobs.title}</Popover.Title>
              {jobs.length > running && (
                <Button variant="quiet" size="small" onClick={() => dismissAll.run(undefined)}>
                  {words.jobs.dismissAll}
                </Button>
              )}
              <Popover.Close aria-label={words.common.close} className={buttonClass('quiet', 'small', true)}>
                <X aria-hidden className="size-4" />
              </Popover.Close>
            </header>
            {jobs.length === 0 ? (
              <div className="p-6 text-center text-sm text-ink-soft">
                <p className="font-medium text-ink">{words.jobs.empty}</p>
                <p>{words.jobs.emptyHint}</p>
              </div>
            ) : (
              <ul className="relative flex min-h-0 flex-col divide-y divide-line overflow-y-auto">
                {jobs.map((job) => (
                  <JobItem
                    key={job.id}
                    job={job}
                    onCancel={() => setAsksAbout(job.id)}
                    onLeave={() => setOpen(false)}
                  />
                ))}
              </ul>
            )}
            {/* Inside of the list's popup: else a press in the question counts as one beside the list, and closes it. */}
            {asked !== undefined && (
              <CancelJobDialog job={asked} onClose={() => setAsksAbout(null)} finalFocus={popup} />
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function JobItem({ job, onCancel, onLeave }: { job: Job; onCancel: () => void; onLeave: () => void }) {
  const api = useApi();
  const cancel = useAction(() => api.jobs.cancel({ jobId: job.id }));
  const dismiss = useAction(() => api.jobs.dismiss({ jobId: job.id }));
  const { retry, isRetrying, change } = useRetryJob(job);
  const isRunning = job.state === 'running';
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="text-sm font-medium break-words">{job.title}</p>
          <p className="text-xs text-ink-soft">
            {words.jobs.kinds[job.kind]} · <When at={job.endedAt ?? job.startedAt} />
          </p>
        </div>
        <Badge tone={tones[job.state]}>{words.jobs.states[job.state]}</Badge>
        {isRunning ? (
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
      {isRunning && <JobProgress job={job} />}
      {job.state === 'cancelled' && job.cancelKeeps !== null && (
        <p className="text-sm text-ink-soft">{words.jobs.cancelled[job.cancelKeeps]}</p>
      )}
      {job.state === 'interrupted' && <p className="text-sm text-ink-soft">{words.jobs.interrupted}</p>}
      {job.failure !== null && (
        <ErrorCard
          failure={job.failure}
          onRetry={retry ?? undefined}
          isRetrying={isRetrying}
          actions={change !== null && <ChangeRun onChange={change} />}
        >
          {job.logTail !== null && job.logTail.length > 0 && (
            <div>
              <p className="text-xs text-ink-soft">{words.jobs.logTail}</p>
              <pre className="max-h-40 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs break-words whitespace-pre-wrap">
                {job.logTail.join('\n')}
              </pre>
            </div>
          )}
        </ErrorCard>
      )}
      {job.nimId !== null && (
        <div className="flex gap-2">
          <a
            className={buttonClass('secondary', 'small')}
            onClick={onLeave}
            href={toHash({ page: 'nim', nimId: job.nimId, tab: 'overview' })}
          >
            {words.jobs.openNim}
          </a>
          <a
            className={buttonClass('secondary', 'small')}
            onClick={onLeave}
            href={toHash({ page: 'nim', nimId: job.nimId, tab: 'log' })}
          >
            {words.jobs.openLog}
          </a>
        </div>
      )}
    </li>
  );
}
