import type { MigInstance } from '../../../shared/contract/gpu.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { colourClass } from './lane-bar.tsx';
import type { Colour } from './board.ts';

interface MigSlotsProps {
  label: string;
  slots: number;
  instances: readonly MigInstance[];
  isSmall?: boolean;
}

const colours: readonly Colour[] = [1, 2, 3, 4, 5, 6];

/** A card's memory as slots, with the slices in their places. Read as a list of slices. */
export function MigSlots({ label, slots, instances, isSmall = false }: MigSlotsProps) {
  const taken = instances.reduce((all, { size }) => all + size, 0);
  const profiles = [...new Set(instances.map(({ profile }) => profile))].toSorted();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <ul
        aria-label={label}
        className={cx('relative grid gap-0.5 rounded-md border border-line bg-sunken p-0.5', isSmall ? 'h-8' : 'h-12')}
        style={{ gridTemplateColumns: `repeat(${slots}, minmax(0, 1fr))` }}
      >
        {instances.map(({ profile, start, size }) => (
          <li
            key={start}
            title={words.mig.at(profile, start, size)}
            className="relative flex min-w-0 items-center justify-center overflow-hidden rounded-sm border border-line-strong/60 bg-raised pb-1 text-2xs font-medium"
            style={{ gridColumn: `${start + 1} / span ${size}`, gridRow: 1 }}
          >
            <span aria-hidden className="truncate px-0.5">
              {profile}
            </span>
            <span className="sr-only">{words.mig.at(profile, start, size)}</span>
            <span
              aria-hidden
              data-fill=""
              className={cx(
                'absolute inset-x-0 bottom-0 h-1',
                colourClass[colours[profiles.indexOf(profile) % 6] ?? 1],
              )}
            />
          </li>
        ))}
      </ul>
      {!isSmall && (
        <ol
          aria-hidden
          className="grid gap-0.5 px-0.5 text-center text-2xs text-ink-soft"
          style={{ gridTemplateColumns: `repeat(${slots}, minmax(0, 1fr))` }}
        >
          {Array.from({ length: slots }, (_, slot) => (
            // oxlint-disable-next-line react/no-array-index-key -- a slot is its number
            <li key={slot}>{slot}</li>
          ))}
        </ol>
      )}
      {!isSmall && taken < slots && <p className="text-xs text-ink-soft">{words.mig.freeSlots(slots - taken)}</p>}
    </div>
  );
}
