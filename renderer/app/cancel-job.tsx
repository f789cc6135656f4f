import type { RefObject } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { formatBytes } from '../../shared/format.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';

/** What a cancel loses, said before it. Null: nothing, so nothing is asked. */
export function cancelCost(job: Job): string | null {
  if (job.start !== null) return words.jobs.cancelStart;
  if (job.cancelKeeps === null) return null;
  return words.jobs.cancelCosts[job.cancelKeeps](formatBytes(job.pull?.bytesDone ?? 0));
}

interface CancelJobProps {
  job: Job;
  onClose: () => void;
  /** Of the list: the button that asked goes away with the job's end. */
  finalFocus?: RefObject<HTMLElement | null>;
}

/** Asks where something would be lost. The job may end while it asks; the dialog then goes away. */
export function CancelJobDialog({ job, onClose, finalFocus }: CancelJobProps) {
  const api = useApi();
  const cancel = useAction(() => api.jobs.cancel({ jobId: job.id }), { onDone: onClose });
  // Until the container is made there is a pull to lose, whatever is to follow it.
  const what = job.start === null ? 'pull' : 'start';
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.jobs.cancelQuestion[what](job.title)}
      confirmLabel={words.jobs.cancelConfirm[what]}
      keepLabel={words.jobs.cancelKeep}
      onConfirm={() => cancel.run(undefined)}
      isBusy={cancel.isRunning}
      finalFocus={finalFocus}
    >
      {cancelCost(job)}
    </ConfirmDialog>
  );
}

/** Asked for from the command palette, wherever that was. */
export function CancelJobFromAnywhere() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  const { data: jobs } = useStream(streams.jobs);
  const job = dialog?.kind === 'cancel-job' ? jobs?.find((each) => each.id === dialog.jobId) : undefined;
  return job?.state === 'running' ? <CancelJobDialog job={job} onClose={close} /> : null;
}
