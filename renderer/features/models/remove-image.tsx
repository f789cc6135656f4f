import { formatBytes } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

interface RemoveImageProps {
  reference: string;
  sizeBytes: number;
  onClose: () => void;
}

export function RemoveImageDialog({ reference, sizeBytes, onClose }: RemoveImageProps) {
  const api = useApi();
  const remove = useAction(() => api.images.remove({ reference }), {
    onDone: () => {
      onClose();
      showToast({ title: words.models.imageRemoved(reference) });
    },
  });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.models.removeImageTitle(reference)}
      confirmLabel={words.models.removeImageConfirm}
      keepLabel={words.models.keepImage}
      onConfirm={() => remove.run(undefined)}
      isBusy={remove.isRunning}
    >
      {words.models.removeImageCost(formatBytes(sizeBytes))}
    </ConfirmDialog>
  );
}
