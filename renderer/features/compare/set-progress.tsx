import Play from 'lucide-react/icons/play';
import Square from 'lucide-react/icons/square';
import type { Comparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { words } from '../../words.ts';

/** Of a set that is under way, or waits to be gone on with. */
export function SetProgress({ comparison }: { comparison: Pick<Comparison, 'id' | 'progress'> }) {
  const api = useApi();
  const text = words.compare.set;
  const { id: comparisonId } = comparison;
  const { state, done, total } = comparison.progress;
  const resume = useAction(() => api.compare.resume({ comparisonId }));
  const stop = useAction(() => api.compare.stop({ comparisonId }));
  if (total === 0 || done === total || state === 'idle') return null;
  const isPaused = state === 'paused';
  const said = isPaused ? text.paused(done, total) : text.running(done, total);
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-xl border border-line bg-surface px-4 py-2.5 shadow-card snug:py-1">
      <div className="flex min-w-60 flex-1 flex-col gap-1.5 snug:gap-0.5">
        <p className="text-sm tabular-nums">
          {said}
          {isPaused && <span className="text-ink-soft"> · {text.pausedHint}</span>}
        </p>
        <Progress
          label={text.progress}
          value={done / total}
          valueText={said}
          tone={isPaused ? 'idle' : 'busy'}
          isThin
        />
      </div>
      {isPaused ? (
        <Button
          size="small"
          variant="primary"
          icon={<Play aria-hidden className="size-icon-small" />}
          isBusy={resume.isRunning}
          onClick={() => resume.run(undefined)}
        >
          {text.resume}
        </Button>
      ) : (
        <Button
          size="small"
          icon={<Square aria-hidden className="size-icon-small" />}
          isBusy={stop.isRunning}
          onClick={() => stop.run(undefined)}
        >
          {text.stop}
        </Button>
      )}
    </div>
  );
}
