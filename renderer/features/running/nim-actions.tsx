import CopyPlus from 'lucide-react/icons/copy-plus';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import Play from 'lucide-react/icons/play';
import RotateCw from 'lucide-react/icons/rotate-cw';
import Trash2 from 'lucide-react/icons/trash-2';
import { useCallback } from 'react';
import type { Nim } from '../../../shared/contract/nims.ts';
import { runningStatuses } from '../../../shared/nim-up.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { usePageAction } from '../../app/page-actions.ts';
import { useRunAgain } from '../../app/run-again.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { words } from '../../words.ts';
import { StopButton } from './stop-button.tsx';
import { TryLink } from './try-link.tsx';

interface NimActionsProps {
  nim: Nim;
  /** False while the engine cannot be asked. */
  canAct: boolean;
  /** It is the page of this NIM: then its shortcuts and the command palette mean it. */
  isPage?: boolean;
}

export function NimActions({ nim, canAct, isPage = false }: NimActionsProps) {
  const api = useApi();
  const start = useAction(() => api.nims.start({ nimId: nim.id }));
  const resume = useAction(() => api.nims.resume({ nimId: nim.id }));
  const restart = useAction(() => api.nims.restart({ nimId: nim.id }));
  const openRemoveNim = useDialogs((dialogs) => dialogs.openRemoveNim);
  const isUp = runningStatuses.has(nim.status);
  const askToRemove = useCallback(() => openRemoveNim(nim.id), [openRemoveNim, nim.id]);
  usePageAction('remove', isPage && canAct ? askToRemove : null);
  const runAgain = useRunAgain();
  const change = useAction(() => api.nims.inspect({ nimId: nim.id }), { onDone: ({ spec }) => runAgain(spec) });

  return (
    <>
      {nim.status === 'ready' && <TryLink nimId={nim.id} />}
      {nim.status === 'paused' && (
        <Button
          size="small"
          icon={<Play aria-hidden className="size-icon-small" />}
          disabled={!canAct}
          isBusy={resume.isRunning}
          onClick={() => resume.run(undefined)}
        >
          {words.running.resume}
        </Button>
      )}
      {isUp ? (
        <StopButton nim={nim} canAct={canAct} />
      ) : (
        <Button
          size="small"
          icon={<Play aria-hidden className="size-icon-small" />}
          disabled={!canAct}
          isBusy={start.isRunning}
          onClick={() => start.run(undefined)}
        >
          {words.running.start}
        </Button>
      )}
      <Menu
        size="small"
        label={words.common.moreActions(nim.name)}
        icon={<EllipsisVertical aria-hidden className="size-icon" />}
        actions={[
          // One that has ended is started, by the button beside this.
          ...(isUp
            ? [
                {
                  label: words.running.restart,
                  icon: <RotateCw aria-hidden className="size-icon" />,
                  disabled: !canAct || restart.isRunning,
                  onSelect: () => restart.run(undefined),
                },
              ]
            : []),
          {
            label: words.configuration.runAgain,
            icon: <CopyPlus aria-hidden className="size-icon" />,
            disabled: !canAct || change.isRunning,
            onSelect: () => change.run(undefined),
          },
          {
            label: words.running.remove,
            icon: <Trash2 aria-hidden className="size-icon" />,
            isDanger: true,
            disabled: !canAct,
            onSelect: askToRemove,
          },
        ]}
      />
    </>
  );
}
