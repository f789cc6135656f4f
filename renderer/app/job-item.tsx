import ScrollText from 'lucide-react/icons/scroll-text';
import SquareArrowOutUpRight from 'lucide-react/icons/square-arrow-out-up-right';
import X from 'lucide-react/icons/x';
import type { Job } from '../../shared/contract/jobs.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { toHash } from '../router.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { words } from '../words.ts';
import { cancelCost } from './cancel-job.tsx';
import { FailedJob } from './failed-job.tsx';
import { JobProgress } from './job-progress.tsx';
import { When } from './when.tsx';

const tones: Record<Job['state'], Tone> = {
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'idle',
  interrupted: 'warn',
};

interface JobItemProps {
  job: Job;
  /** Asks whether it is to be cancelled; only called where something would be lost. */
  onAskCancel: () => void;
  /** One of its links was followed. */
  onLeave?: () => void;
}

/** A job wherever it stands in a list: what runs, how far it is, how it ended and what can be done then. */
export function JobItem({ job, onAskCancel, onLeave }: JobItemProps) {
  const isRunning = job.state === 'running';
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="text-sm font-medium break-words">{job.title}</p>
          {job.reference !== null && job.reference !== job.title && (
            <p className="font-mono text-xs wrap-anywhere text-ink-soft">{job.reference}</p>
          )}
          <p className="text-xs text-ink-soft">
            {words.jobs.kinds[job.kind]} · <When at={job.endedAt ?? job.startedAt} />
          </p>
        </div>
        <Badge tone={tones[job.state]}>{words.jobs.states[job.state]}</Badge>
        {isRunning ? <CancelButton job={job} onAsk={onAskCancel} /> : <DismissButton job={job} />}
      </div>
      {isRunning && <JobProgress job={job} />}
      {job.state === 'cancelled' && job.cancelKeeps !== null && (
        <p className="text-sm text-ink-soft">{words.jobs.cancelled[job.cancelKeeps]}</p>
      )}
      {job.state === 'interrupted' && <p className="text-sm text-ink-soft">{words.jobs.interrupted}</p>}
      <FailedJob job={job}>
        {job.logTail !== null && job.logTail.length > 0 && <LogTail lines={job.logTail} />}
      </FailedJob>
      {job.nimId !== null && <NimLinks nimId={job.nimId} onLeave={onLeave} />}
    </li>
  );
}

function CancelButton({ job, onAsk }: { job: Job; onAsk: () => void }) {
  const api = useApi();
  const cancel = useAction(() => api.jobs.cancel({ jobId: job.id }));
  return (
    <Button
      size="small"
      aria-label={words.jobs.cancel(job.title)}
      isBusy={cancel.isRunning}
      onClick={() => (cancelCost(job) === null ? cancel.run(undefined) : onAsk())}
    >
      {words.common.cancel}
    </Button>
  );
}

function DismissButton({ job }: { job: Job }) {
  const api = useApi();
  const dismiss = useAction(() => api.jobs.dismiss({ jobId: job.id }));
  return (
    <IconButton
      size="small"
      label={words.jobs.dismiss(job.title)}
      icon={<X aria-hidden className="size-4" />}
      onClick={() => dismiss.run(undefined)}
    />
  );
}

/** The decisive line is the last one. */
function scrollToEnd(tail: HTMLElement | null): void {
  if (tail !== null) tail.scrollTop = tail.scrollHeight;
}

function LogTail({ lines }: { lines: readonly string[] }) {
  return (
    <div>
      <p className="text-xs text-ink-soft">{words.jobs.logTail}</p>
      <pre
        className="max-h-40 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs break-words whitespace-pre-wrap"
        ref={scrollToEnd}
      >
        {lines.join('\n')}
      </pre>
    </div>
  );
}

function NimLinks({ nimId, onLeave }: { nimId: string; onLeave: (() => void) | undefined }) {
  return (
    <div className="flex gap-2">
      <a
        className={buttonClass('secondary', 'small')}
        onClick={onLeave}
        href={toHash({ page: 'nim', nimId, tab: 'overview' })}
      >
        <SquareArrowOutUpRight aria-hidden className="size-3.5" />
        {words.jobs.openNim}
      </a>
      <a
        className={buttonClass('secondary', 'small')}
        onClick={onLeave}
        href={toHash({ page: 'nim', nimId, tab: 'log' })}
      >
        <ScrollText aria-hidden className="size-3.5" />
        {words.jobs.openLog}
      </a>
    </div>
  );
}
