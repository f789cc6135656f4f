import { Progress as BaseProgress } from '@base-ui/react/progress';
import { cx } from './cx.ts';

interface ProgressProps {
  label: string;
  /** 0 to 1; null: how far it is, is not known. */
  value: number | null;
  /** In words, for those who do not see the bar. */
  valueText?: string;
  isStalled?: boolean;
  tone?: 'busy' | 'bad' | 'idle';
  isThin?: boolean;
}

const fills = { busy: 'bg-busy', bad: 'bg-bad', idle: 'bg-idle' };

/** Known: a filled part. Unknown: a part that moves. Stalled: hatched, standing still. */
export function Progress({ label, value, valueText, isStalled = false, tone = 'busy', isThin = false }: ProgressProps) {
  const isUnknown = value === null && !isStalled;
  return (
    <BaseProgress.Root
      aria-label={label}
      value={value === null ? null : Math.round(value * 1000) / 10}
      getAriaValueText={(formatted) => valueText ?? formatted ?? ''}
      className="w-full"
    >
      <BaseProgress.Track
        className={cx(
          'w-full overflow-hidden rounded-full bg-idle-soft',
          isThin ? 'h-1' : 'h-2',
          isUnknown && 'progress-unknown',
        )}
      >
        {!isUnknown && (
          <BaseProgress.Indicator
            data-fill=""
            className={cx(
              'h-full rounded-full transition-[width] duration-calm ease-linear',
              isStalled ? 'progress-hatched' : fills[tone],
              value === null && 'w-full',
            )}
          />
        )}
      </BaseProgress.Track>
    </BaseProgress.Root>
  );
}
