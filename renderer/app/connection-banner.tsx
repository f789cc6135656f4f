import Unplug from 'lucide-react/icons/unplug';
import { useConnection, useConnectionState } from '../api.tsx';
import { useNowAs } from '../hooks/use-now.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { words } from '../words.ts';

/** Over every page while core cannot be reached; what is shown below is then the last that was seen. */
export function ConnectionBanner() {
  const connection = useConnection();
  const state = useConnectionState();
  const isShown = state.status === 'waiting' || state.status === 'connecting';
  return (
    <output className="block">
      {isShown && (
        <div className="flex items-center gap-3 border-b border-line bg-warn-soft px-6 py-2 text-sm text-warn">
          <Unplug aria-hidden className="size-4 shrink-0" />
          <span className="flex-1">
            {state.status === 'connecting' ? words.connection.connecting : <Waiting until={state.nextTryAt} />}
          </span>
          {state.status === 'waiting' && (
            <Button size="small" onClick={connection.retryNow}>
              {words.connection.tryNow}
            </Button>
          )}
        </div>
      )}
    </output>
  );
}

/** Apart, since it alone needs a clock: while all is well there is none. */
function Waiting({ until }: { until: number }) {
  const seconds = useNowAs((now) => Math.ceil((until - now) / 1000));
  return seconds > 0 ? words.connection.waiting(seconds) : words.connection.lost;
}

/** In place of the whole app: without the right token nothing can be asked. */
export function Refused() {
  return (
    <main className="flex h-full items-center justify-center">
      <Empty isPage icon={<Unplug aria-hidden className="size-6" />} title={words.connection.refusedTitle}>
        {words.connection.refusedHint}
      </Empty>
    </main>
  );
}
