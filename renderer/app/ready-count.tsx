import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { useSideBar } from './side-bar-state.ts';

/** How many NIMs can be talked to now; the page itself says it in words. */
export function ReadyCount() {
  const { data } = useStream(streams.nims);
  const isWide = useSideBar((store) => store.isWide);
  const ready = data?.nims.filter((nim) => nim.status === 'ready').length ?? 0;
  if (!isWide || ready === 0) return null;
  return (
    <span
      aria-hidden
      className="ml-auto rounded-full bg-good-soft px-2 text-xs font-semibold text-good tabular-nums max-md:hidden"
    >
      {ready}
    </span>
  );
}
