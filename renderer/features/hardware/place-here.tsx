import Square from 'lucide-react/icons/square';
import type { FitAnswer, FitStop } from '../../../shared/contract/fit.ts';
import { formatMemory } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { fitLook } from '../../app/fit-text.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { fitText } from './fit-text.ts';
import type { Candidate } from './placing.ts';

/** More ways than these are nobody's help. */
const shownStops = 3;

interface PlaceHereProps {
  candidate: Candidate;
  /** Null: a place that the engine would know by no name. */
  deviceId: string | null;
  /** `GPU 0, slice 1g.10gb (2)` */
  where: string;
  /** Undefined: not known yet; null: nobody can say. */
  answer: FitAnswer | null | undefined;
  onPlace: (deviceId: string) => void;
}

/** Whether what is picked fits here, the way to run it here, and what to stop where only that helps. */
export function PlaceHere({ candidate, deviceId, where, answer, onPlace }: PlaceHereProps) {
  const text = words.hardware.place;
  if (deviceId === null) return <p className="text-xs text-ink-soft">{text.noName}</p>;
  const { word, ink, icon: Icon } = fitLook(answer ?? { verdict: 'unknown', reason: null });
  const said = answer === undefined ? null : answer === null ? word : fitText(answer);
  return (
    <div className="flex flex-col gap-1.5 rounded-md bg-sunken px-2.5 py-2">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
        <p className={cx('flex min-w-0 items-center gap-1.5 text-xs', said === null ? 'text-ink-soft' : ink)}>
          {said !== null && <Icon aria-hidden className="size-icon-small shrink-0" />}
          <span className="min-w-0 break-words">{said ?? text.checking}</span>
        </p>
        <Button
          size="small"
          data-place=""
          variant={answer?.verdict === 'fits' ? 'primary' : 'secondary'}
          aria-label={
            said === null ? text.hereOnPlain(candidate.name, where) : text.hereOn(candidate.name, where, said)
          }
          onClick={() => onPlace(deviceId)}
        >
          {text.here}
        </Button>
      </div>
      {(answer?.stop ?? []).length > 0 && <StopOneOf stops={answer?.stop.slice(0, shownStops) ?? []} />}
    </div>
  );
}

function StopOneOf({ stops }: { stops: readonly FitStop[] }) {
  const text = words.hardware.place;
  const api = useApi();
  const stop = useAction(async (ids: readonly string[]) => {
    for (const nimId of ids) await api.nims.stop({ nimId });
  });
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p className="text-ink-soft">{text.stopToMakeRoom}</p>
      <ul aria-label={text.stopToMakeRoom} className="flex flex-wrap gap-1.5">
        {stops.map(({ nims }) => {
          const freed = nims.reduce<number | null>(
            (all, { memoryMiB }) => (all === null || memoryMiB === null ? null : all + memoryMiB),
            0,
          );
          return (
            <li key={nims.map(({ id }) => id).join()} className="flex items-center gap-1.5">
              <Button
                size="small"
                icon={<Square aria-hidden className="size-icon-small" />}
                isBusy={stop.isRunning}
                onClick={() => stop.run(nims.map(({ id }) => id))}
              >
                {text.stop(nims.map(({ name }) => name))}
              </Button>
              {freed !== null && <span className="text-ink-soft tabular-nums">{text.frees(formatMemory(freed))}</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
