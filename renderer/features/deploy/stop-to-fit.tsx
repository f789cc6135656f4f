import Square from 'lucide-react/icons/square';
import { useState } from 'react';
import type { FitStop } from '../../../shared/contract/fit.ts';
import { formatMemory } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { words } from '../../words.ts';

/** Each line is enough. */
export function StopToFit({ stop, title }: { stop: readonly FitStop[]; title: string }) {
  return (
    <div className="flex flex-col gap-1 text-sm">
      <p className="font-medium">{title}</p>
      <ul aria-label={title} className="flex flex-col gap-1.5">
        {stop.map((set) => (
          <StopSet key={set.nims.map(({ id }) => id).join(' ')} set={set} />
        ))}
      </ul>
    </div>
  );
}

function StopSet({ set: { nims } }: { set: FitStop }) {
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const stop = useAction(async () => void (await Promise.all(nims.map(({ id }) => api.nims.stop({ nimId: id })))), {
    onDone: () => setAsking(false),
  });
  const names = nims.map(({ name }) => name);
  const isWorking = nims.some(({ isIdle }) => isIdle === false);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 basis-48">
        {nims.map(({ id, name, memoryMiB, isIdle }) => (
          <span key={id} className="block break-words">
            <span className="font-medium">{name}</span>{' '}
            <span className="text-ink-soft">
              {[
                memoryMiB === null ? null : words.fit.holds(formatMemory(memoryMiB)),
                isIdle === null ? null : isIdle ? words.fit.idle : words.fit.working,
              ]
                .filter((part) => part !== null)
                .join(', ')}
            </span>
          </span>
        ))}
      </span>
      <Button
        size="small"
        icon={<Square aria-hidden className="size-icon-small" />}
        aria-label={words.fit.stopOne(names)}
        isBusy={stop.isRunning}
        onClick={() => (isWorking ? setAsking(true) : stop.run(undefined))}
      >
        {words.running.stop}
      </Button>
      {isAsking && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsking(false)}
          title={words.fit.stopTitle(names)}
          confirmLabel={words.fit.stopConfirm}
          keepLabel={words.fit.keep}
          onConfirm={() => stop.run(undefined)}
          isBusy={stop.isRunning}
        >
          <p>{words.fit.stopCost}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
