import Hourglass from 'lucide-react/icons/hourglass';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import { formatDuration } from '../../../shared/format.ts';
import { useNow } from '../../hooks/use-now.ts';
import { words } from '../../words.ts';

/** A NIM with many questions still sends a token of each within a second or two; ten without one is no reading pause. */
export const stallSeconds = 10;

/** Before the first token; the time once it is worth a thought. */
export function Waiting({ since }: { since: number | null }) {
  const now = useNow();
  const seconds = since === null ? 0 : (now - since) / 1000;
  return (
    <p className="flex items-center gap-2 text-sm text-ink-soft tabular-nums">
      <LoaderCircle aria-hidden className="size-icon animate-spin-late" />
      {seconds < stallSeconds / 2 ? words.chat.waiting : words.chat.waitingFor(formatDuration(seconds))}
    </p>
  );
}

/** In the middle of an answer. Said once to those who listen; how long already is for the eye. */
export function Stall({ since }: { since: number }) {
  const seconds = (useNow() - since) / 1000;
  const isStalled = seconds >= stallSeconds;
  return (
    <p className="flex items-center gap-2 text-sm text-warn empty:hidden">
      {isStalled && <Hourglass aria-hidden className="size-icon shrink-0" />}
      <output className="empty:hidden">{isStalled ? words.chat.stalled : ''}</output>
      {isStalled && (
        <span aria-hidden className="shrink-0 tabular-nums">
          {words.chat.stalledFor(formatDuration(seconds))}
        </span>
      )}
    </p>
  );
}
