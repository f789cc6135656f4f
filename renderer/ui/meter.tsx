import { Meter as BaseMeter } from '@base-ui/react/meter';
import { cx } from './cx.ts';

interface MeterProps {
  label: string;
  value: number;
  max: number;
  /** `61.0 of 79.6 GiB` */
  valueText: string;
  /** From this share on it is nearly full. */
  warnFrom?: number;
  /** The label and the text are said by what stands around it. */
  isBare?: boolean;
}

/** How full something is: memory, a disk. Not how far something is: that is `Progress`. */
export function Meter({ label, value, max, valueText, warnFrom = 0.92, isBare = false }: MeterProps) {
  const share = max <= 0 ? 0 : Math.min(1, value / max);
  return (
    <BaseMeter.Root
      value={share * 100}
      aria-label={label}
      getAriaValueText={() => valueText}
      className="flex w-full flex-col gap-1"
    >
      {!isBare && (
        <span className="flex items-baseline justify-between gap-3 text-xs">
          <span className="min-w-0 truncate text-ink-soft">{label}</span>
          <span className="font-medium whitespace-nowrap tabular-nums">{valueText}</span>
        </span>
      )}
      <BaseMeter.Track className={cx('w-full overflow-hidden rounded-full bg-idle-soft', isBare ? 'h-1.5' : 'h-2')}>
        <BaseMeter.Indicator
          data-fill=""
          className={cx('h-full rounded-full', share >= warnFrom ? 'bg-warn' : 'bg-accent')}
        />
      </BaseMeter.Track>
    </BaseMeter.Root>
  );
}
