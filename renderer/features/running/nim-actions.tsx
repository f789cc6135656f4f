import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import MessageSquare from 'lucide-react/icons/message-square';
import Play from 'lucide-react/icons/play';
import RotateCw from 'lucide-react/icons/rotate-cw';
import Square from 'lucide-react/icons/square';
import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { Nim, NimStatus } from '../../../shared/contract/nims.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { toHash } from '../../router.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

const up: ReadonlySet<NimStatus> = new Set(['starting', 'ready', 'not-answering', 'stopping']);

interface NimActionsProps {
  nim: Nim;
  /** False while the engine cannot be asked. */
  canAct: boolean;
  onRemoved?: () => void;
}

export function NimActions({ nim, canAct, onRemoved }: NimActionsProps) {
  const api = useApi();
  const start = useAction(() => api.nims.start({ nimId: nim.id }));
  const stop = useAction(() => api.nims.stop({ nimId: nim.id }));
  const restart = useAction(() => api.nims.restart({ nimId: nim.id }));
  const [isRemoving, setRemoving] = useState(false);
  const isUp = up.has(nim.status);

  return (
    <>
      {nim.status === 'ready' && (
        <a
          href={toHash({ page: 'chat', conversationId: null, nimId: nim.id })}
          className={buttonClass('primary', 'small')}
        >
          <MessageSquare aria-hidden className="size-3.5" />
          {words.running.chat}
        </a>
      )}
      {isUp ? (
        <Button
          size="small"
          icon={<Square aria-hidden className="size-3.5" />}
          disabled={!canAct || nim.status === 'stopping'}
          isBusy={stop.isRunning}
          onClick={() => stop.run(undefined)}
        >
          {words.running.stop}
        </Button>
      ) : (
        <Button
          size="small"
          icon={<Play aria-hidden className="size-3.5" />}
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
        icon={<EllipsisVertical aria-hidden className="size-4" />}
        actions={[
          {
            label: words.running.restart,
            icon: <RotateCw aria-hidden className="size-4" />,
            disabled: !canAct || restart.isRunning,
            onSelect: () => restart.run(undefined),
          },
          {
            label: words.running.remove,
            icon: <Trash2 aria-hidden className="size-4" />,
            isDanger: true,
            disabled: !canAct,
            onSelect: () => setRemoving(true),
          },
        ]}
      />
      {isRemoving && <RemoveNimDialog nim={nim} isUp={isUp} onClose={() => setRemoving(false)} onRemoved={onRemoved} />}
    </>
  );
}

interface RemoveNimDialogProps {
  nim: Nim;
  isUp: boolean;
  onClose: () => void;
  onRemoved: (() => void) | undefined;
}

function RemoveNimDialog({ nim, isUp, onClose, onRemoved }: RemoveNimDialogProps) {
  const api = useApi();
  const remove = useAction(() => api.nims.remove({ nimId: nim.id }), {
    onDone: () => {
      onClose();
      showToast({ title: words.running.removed(nim.name) });
      onRemoved?.();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.running.removeTitle(nim.name)}
      confirmLabel={words.running.removeConfirm}
      keepLabel={words.running.keep}
      onConfirm={() => remove.run(undefined)}
      isBusy={remove.isRunning}
    >
      {isUp ? words.running.removeCostRunning : words.running.removeCostStopped}
    </ConfirmDialog>
  );
}
