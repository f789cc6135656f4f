import { Popover } from '@base-ui/react/popover';
import ListChecks from 'lucide-react/icons/list-checks';
import X from 'lucide-react/icons/x';
import type { Job } from '../../shared/contract/jobs.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useLeaving } from '../hooks/use-leaving.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';
import { JobList } from './job-list.tsx';

/** All jobs, seen from every page: what runs, how far it is, how it ended. */
export function JobsTray({ jobs }: { jobs: readonly Job[] }) {
  const api = useApi();
  const isOpen = useDialogs((dialogs) => dialogs.isTrayOpen);
  const setOpen = useDialogs((dialogs) => dialogs.setTrayOpen);
  const dismissAll = useAction(() => api.jobs.dismiss({ jobId: null }));
  useLeaving(isOpen, () => setOpen(false));
  const running = jobs.filter((job) => job.state === 'running').length;
  const failed = jobs.filter((job) => job.state === 'failed').length;

  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={buttonClass('quiet', 'small')}>
        <ListChecks aria-hidden className="size-4" />
        {words.jobs.open(running)}
        {failed > 0 && <Badge tone="bad">{words.jobs.failed(failed)}</Badge>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="end" sideOffset={8} collisionPadding={12} className="z-30">
          <Popover.Popup className="popup-motion flex max-h-(--available-height) w-md max-w-[94dvw] flex-col rounded-xl border border-line bg-raised text-ink shadow-popup outline-none">
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
              // With its question inside of the popup: else a press in it counts as one beside the tray, and closes it.
              <JobList
                jobs={jobs}
                onLeave={() => setOpen(false)}
                className="relative flex min-h-0 flex-col overflow-y-auto"
              />
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
