import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { navigate } from '../../router.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

export function ResetPractice({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const api = useApi();
  const reset = useAction(() => api.practice.reset({}), {
    onDone: () => {
      onClose();
      // What the address named may be among what is gone.
      navigate({ page: 'home' });
      showToast({ title: words.practice.reset.done, tone: 'good' });
    },
  });
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.practice.reset.title}
      confirmLabel={words.practice.reset.confirm}
      keepLabel={words.practice.reset.keep}
      isBusy={reset.isRunning}
      onConfirm={() => reset.run(undefined)}
    >
      {words.practice.reset.costs}
    </ConfirmDialog>
  );
}
