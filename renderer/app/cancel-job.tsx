import type { RefObject } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { formatBytes } from '../../shared/format.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';

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
  finalFocus: RefObject<HTMLElement | null>;
}

/** Asks where something would be lost. The job may end while it asks; the dialog then goes away. */
export function CancelJobDialog({ job, onClose, finalFocus }: CancelJobProps) {
  const api = useApi();
  const cancel = useAction(() => api.jobs.cancel({ jobId: job.id }), { onDone: onClose });
  const title = words.jobs.cancelQuestion(words.jobs.cancelTitle[job.start === null ? 'pull' : job.kind], job.title);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={title}
      confirmLabel={words.jobs.cancelConfirm[job.start === null ? 'pull' : job.kind]}
      keepLabel={words.jobs.cancelKeep}
      onConfirm={() => cancel.run(undefined)}
      isBusy={cancel.isRunning}
      finalFocus={finalFocus}
    >
      {cancelCost(job)}
    </ConfirmDialog>
  );
}
