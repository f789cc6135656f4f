import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { useLostGpu } from '../../app/use-lost-gpu.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/** For the speaker, small: why the one who should answer cannot, and the way to have it again. */
export function AbsentNote({ info: { name, state, status, target } }: { info: TargetInfo }) {
  const api = useApi();
  const start = useAction((nimId: string) => api.nims.start({ nimId }));
  const nimId = target.kind === 'nim' ? target.nimId : null;
  const lost = useLostGpu(nimId, name);
  const why =
    status === null
      ? words.asking.notReady(name, words.asking.states[state])
      : words.chat.nimNotReady(name, words.running.statuses[status]);
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 text-sm text-ink-soft">
      <output>{lost ?? why}</output>
      {nimId !== null && state === 'startable' && (
        <Button size="small" isBusy={start.isRunning} onClick={() => start.run(nimId)}>
          {words.asking.startNamed(name)}
        </Button>
      )}
    </div>
  );
}
