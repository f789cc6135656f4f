import { formatBytes, formatDuration, formatRate } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { linkClass } from '../../ui/link.ts';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import { lastPullRate } from './last-rate.ts';
import type { LocalTag } from './local-tags.ts';
import { neededBy } from './needed-by.ts';

interface RemoveImageProps {
  tag: LocalTag;
  onClose: () => void;
}

export function RemoveImageDialog({ tag: { reference, image }, onClose }: RemoveImageProps) {
  const { sizeBytes } = image;
  const api = useApi();
  const { data: jobs = [] } = useStream(streams.jobs);
  const { data: list } = useStream(streams.nims);
  const needing = neededBy(image, list?.nims ?? []);
  const rate = lastPullRate(jobs);
  const size = formatBytes(sizeBytes);
  const remove = useAction(() => api.images.remove({ reference }), {
    isFailureShown: true,
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
      cannotConfirm={needing.length > 0}
      isBusy={remove.isRunning}
    >
      <p>{words.models.removeImageCost(size)}</p>
      {/* Unpacked it is larger than on the line: so much at most. */}
      <p>
        {rate === null
          ? words.models.removeImageAgain(size)
          : words.models.removeImageAgainIn(size, formatDuration(sizeBytes / rate), formatRate(rate))}
      </p>
      {needing.length > 0 && (
        <>
          <p className="mt-3">{words.models.imageNeeded(needing.length)}</p>
          <ul className="list-disc pl-4">
            {needing.map(({ id, name }) => (
              <li key={id}>
                <a href={toHash({ page: 'nim', nimId: id, tab: 'overview' })} className={linkClass}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {remove.failure !== null && (
        <div className="mt-3">
          <ErrorCard failure={remove.failure} />
        </div>
      )}
    </ConfirmDialog>
  );
}
