import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { segmentClass } from './lane-bar.tsx';

const kinds = ['nim', 'other', 'unnamed', 'reserved'] as const;

/** Each kind of piece has its own pattern or shade and stands beside its word. */
export function Legend() {
  const { legend } = words.hardware;
  return (
    <section aria-label={legend.title} className="flex flex-wrap gap-x-5 gap-y-1.5 text-xs text-ink-soft">
      {kinds.map((kind) => (
        <span key={kind} className="flex items-center gap-1.5">
          <span aria-hidden className={cx('h-3 w-6 rounded-sm', segmentClass({ kind, nim: null }))} />
          {legend[kind]}
        </span>
      ))}
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="h-3 w-6 rounded-sm border border-line-strong/60 bg-sunken" />
        {legend.free}
      </span>
    </section>
  );
}
