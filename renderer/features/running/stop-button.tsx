import Square from 'lucide-react/icons/square';
import { useState } from 'react';
import type { Nim } from '../../../shared/contract/nims.ts';
import { formatDuration } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { words } from '../../words.ts';

/** Nobody should wait for a question that may not come. */
const askMs = 1_500;

interface Loss {
  requests: number;
  lastStartMs: number | null;
}

/** Stops at once where nothing is lost; asks first while the NIM is answering somebody. */
export function StopButton({ nim, canAct }: { nim: Nim; canAct: boolean }) {
  const api = useApi();
  const [loss, setLoss] = useState<Loss | null>(null);
  const stop = useAction(() => api.nims.stop({ nimId: nim.id }), { onDone: () => setLoss(null) });
  const ask = useAction(
    async (): Promise<Loss | null> => {
      if (nim.status !== 'ready') return null;
      try {
        const cost = await api.nims.cost({ nimId: nim.id }, { signal: AbortSignal.timeout(askMs) });
        const requests = cost.runningRequests ?? 0;
        return requests > 0 ? { requests, lastStartMs: cost.lastStartMs } : null;
      } catch {
        // What it costs is not known; that must not keep anybody from stopping it.
        return null;
      }
    },
    { onDone: (found) => (found === null ? stop.run(undefined) : setLoss(found)) },
  );
  return (
    <>
      <Button
        size="small"
        icon={<Square aria-hidden className="size-icon-small" />}
        disabled={!canAct}
        isBusy={ask.isRunning || stop.isRunning || nim.status === 'stopping'}
        onClick={() => ask.run(undefined)}
      >
        {words.running.stop}
      </Button>
      {loss !== null && (
        <ConfirmDialog
          isOpen
          onClose={() => setLoss(null)}
          title={words.running.stopTitle(nim.name)}
          confirmLabel={words.running.stopConfirm}
          keepLabel={words.running.keepRunning}
          onConfirm={() => stop.run(undefined)}
          isBusy={stop.isRunning}
        >
          <p>{words.running.stopCost(loss.requests)}</p>
          <p>
            {words.running.stopStays}
            {loss.lastStartMs !== null && ` ${words.running.startCost(formatDuration(loss.lastStartMs / 1000))}`}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
