import { formatDuration } from '../../shared/format.ts';
import { useNowAs } from '../hooks/use-now.ts';
import { words } from '../words.ts';

/** How long ago, rounded down; exact times are for the hover. */
export function relativeTime(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return words.time.now;
  if (minutes < 60) return words.time.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return words.time.hours(hours);
  return words.time.days(Math.floor(hours / 24));
}

export function When({ at }: { at: string | null }) {
  const text = useNowAs((now) => (at === null ? '' : relativeTime(new Date(at).getTime(), now)), 'minutes');
  if (at === null) return words.time.never;
  return (
    <time dateTime={at} title={words.time.absolute(new Date(at))}>
      {text}
    </time>
  );
}

/** `2 min 10 s`, counting. @param isCoarse `for 2 min`: how long a state lasts, whose seconds nobody waits for */
export function Elapsed({ since, isCoarse = false }: { since: string; isCoarse?: boolean }) {
  const at = new Date(since).getTime();
  const text = useNowAs(
    (now) => (isCoarse ? lasting((now - at) / 1000) : formatDuration((now - at) / 1000)),
    isCoarse ? 'minutes' : 'seconds',
  );
  return (
    <time dateTime={since} title={words.time.absolute(new Date(since))} className="tabular-nums">
      {text}
    </time>
  );
}

function lasting(seconds: number): string {
  if (seconds < 60) return words.time.lastingBriefly;
  return words.time.lasting(formatDuration(Math.floor(seconds / 60) * 60));
}
