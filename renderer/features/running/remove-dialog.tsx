import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Nim, NimCost } from '../../../shared/contract/nims.ts';
import { formatBytes, formatDuration } from '../../../shared/format.ts';
import { runningStatuses } from '../../../shared/nim-up.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { pageHeading } from '../../app/focus-heading.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { navigate, parseRoute } from '../../router.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

/** Asked for by its own buttons and keys, or from the command palette, wherever that was. */
export function RemoveNim() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  const { data: list } = useStream(streams.nims);
  const nim = dialog?.kind === 'remove-nim' ? list?.nims.find(({ id }) => id === dialog.nimId) : undefined;
  return nim === undefined ? null : <RemoveDialog key={nim.id} nim={nim} onClose={close} />;
}

/** Says what is lost and what having it back takes; the image and the model go only by choice. */
function RemoveDialog({ nim, onClose }: { nim: Nim; onClose: () => void }) {
  const api = useApi();
  const cost = useQuery({
    queryKey: keys.nimCost(nim.id),
    queryFn: ({ signal }) => api.nims.cost({ nimId: nim.id }, { signal }),
    staleTime: 0,
  });
  const isRemoved = useRef(false);
  const [withImage, setWithImage] = useState(false);
  const [withCache, setWithCache] = useState(false);
  const remove = useAction(
    () =>
      api.nims.remove({
        nimId: nim.id,
        ...(withImage ? { image: true } : {}),
        ...(withCache ? { cache: true } : {}),
      }),
    {
      onDone: () => {
        isRemoved.current = true;
        onClose();
        showToast({ title: words.running.removed(nim.name) });
        const route = parseRoute(window.location.hash);
        if (route.page === 'nim' && route.nimId === nim.id) navigate({ page: 'running' });
      },
    },
  );
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.running.removeTitle(nim.name)}
      confirmLabel={words.running.removeConfirm}
      keepLabel={words.running.keep}
      onConfirm={() => remove.run(undefined)}
      isBusy={remove.isRunning}
      // The button that asked goes with its row; often before the removal is answered.
      finalFocus={() => (remove.isRunning || isRemoved.current ? (pageHeading() ?? true) : true)}
    >
      <div className="flex flex-col gap-3">
        <p>{runningStatuses.has(nim.status) ? words.running.removeCostRunning : words.running.removeCostStopped}</p>
        {!withImage && !withCache && <p>{words.running.removeStays}</p>}
        {withImage && !withCache && <p>{words.running.removeModelsStay}</p>}
        {cost.isPending && <Skeleton className="h-10 w-full" />}
        {cost.data !== undefined && (
          <Choices
            cost={cost.data}
            withImage={withImage}
            withCache={withCache}
            onImage={setWithImage}
            onCache={setWithCache}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}

interface ChoicesProps {
  cost: NimCost;
  withImage: boolean;
  withCache: boolean;
  onImage: (isWanted: boolean) => void;
  onCache: (isWanted: boolean) => void;
}

function Choices({ cost: { image, cache, lastStartMs }, withImage, withCache, onImage, onCache }: ChoicesProps) {
  const { running: text } = words;
  return (
    <>
      {lastStartMs !== null && <p>{text.startCost(formatDuration(lastStartMs / 1000))}</p>}
      {image !== null &&
        (image.usedBy.length > 0 ? (
          <p>{text.removeImageUsed(image.usedBy)}</p>
        ) : (
          <Checkbox
            label={text.removeImage(formatBytes(image.sizeBytes))}
            hint={text.removeImageHint}
            checked={withImage}
            onChange={onImage}
          />
        ))}
      {cache !== null &&
        (cache.usedBy.length > 0 ? (
          <p>{text.removeCacheUsed(cache.usedBy)}</p>
        ) : (
          <Checkbox
            label={text.removeCache(formatBytes(cache.sizeBytes))}
            hint={<span className="wrap-anywhere">{text.removeCacheHint(cache.folder)}</span>}
            checked={withCache}
            onChange={onCache}
          />
        ))}
    </>
  );
}
