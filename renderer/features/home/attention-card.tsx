import CircleAlert from 'lucide-react/icons/circle-alert';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import { useDialogs } from '../../app/dialogs.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { words } from '../../words.ts';
import type { AttentionItem } from './attention.ts';

const shown = 4;

/** A line each: it stands above what one came for, and must not push it out of sight. */
export function AttentionCard({ items }: { items: readonly AttentionItem[] }) {
  if (items.length === 0) return null;
  return (
    <Card title={words.home.attention}>
      <ul className="divide-y divide-line">
        {items.slice(0, shown).map((item) => (
          <AttentionRow key={item.id} item={item} />
        ))}
      </ul>
      {items.length > shown && <p className="text-sm text-ink-soft">{words.home.more(items.length - shown)}</p>}
    </Card>
  );
}

function AttentionRow({ item: { tone, title, detail, link } }: { item: AttentionItem }) {
  const setTrayOpen = useDialogs((dialogs) => dialogs.setTrayOpen);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      {tone === 'bad' ? (
        <CircleAlert aria-hidden className="size-icon-large shrink-0 text-bad" />
      ) : (
        <TriangleAlert aria-hidden className="size-icon-large shrink-0 text-warn" />
      )}
      <div className="min-w-0 flex-1 basis-60">
        <h3 className="text-sm font-medium break-words">{title}</h3>
        {detail !== null && (
          <p className="truncate text-sm text-ink-soft" title={detail}>
            {detail}
          </p>
        )}
      </div>
      {link === null ? (
        <Button size="small" onClick={() => setTrayOpen(true)}>
          {words.home.seeJobs}
        </Button>
      ) : (
        <a href={link.href} className={buttonClass('secondary', 'small')}>
          {link.label}
        </a>
      )}
    </li>
  );
}
