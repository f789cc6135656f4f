import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { words } from '../../words.ts';

interface RemoveDialogProps {
  comparison: { id: string; title: string };
  onClose: () => void;
  onRemoved?: () => void;
  finalFocus?: () => HTMLElement | boolean;
}

export function RemoveDialog({ comparison, onClose, onRemoved, finalFocus }: RemoveDialogProps) {
  const api = useApi();
  const remove = useAction(() => api.compare.remove({ comparisonId: comparison.id }), {
    onDone: () => {
      onClose();
      onRemoved?.();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.compare.removeTitle(comparison.title)}
      confirmLabel={words.compare.removeConfirm}
      keepLabel={words.compare.removeKeep}
      isBusy={remove.isRunning}
      onConfirm={() => remove.run(undefined)}
      {...(finalFocus === undefined ? {} : { finalFocus })}
    >
      {words.compare.removeHint}
    </ConfirmDialog>
  );
}
