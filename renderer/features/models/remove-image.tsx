import { formatBytes, formatDuration, formatRate } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import { lastPullRate } from './last-rate.ts';
import type { LocalTag } from './local-tags.ts';

interface RemoveImageProps {
  tag: LocalTag;
  onClose: () => void;
}

export function RemoveImageDialog({ tag: { reference, image }, onClose }: RemoveImageProps) {
  const { sizeBytes } = image;
  const api = useApi();
  const { data: jobs = [] } = useStream(streams.jobs);
  const rate = lastPullRate(jobs);
  const size = formatBytes(sizeBytes);
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
      <p>{words.models.removeImageCost(size)}</p>
      {/* Unpacked it is larger than on the line: so much at most. */}
      <p>
        {rate === null
          ? words.models.removeImageAgain(size)
          : words.models.removeImageAgainIn(size, formatDuration(sizeBytes / rate), formatRate(rate))}
      </p>
    </ConfirmDialog>
  );
}
