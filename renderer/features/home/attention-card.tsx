import { useDialogs } from '../../app/dialogs.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { words } from '../../words.ts';
import type { AttentionItem } from './attention.ts';

const shown = 4;

export function AttentionList({ items }: { items: readonly AttentionItem[] }) {
  const setTrayOpen = useDialogs((dialogs) => dialogs.setTrayOpen);
  if (items.length === 0) return null;
  return (
    <section aria-label={words.home.attention} className="flex flex-col gap-2">
      <h2 className="text-base font-semibold">{words.home.attention}</h2>
      {items.slice(0, shown).map((item) => (
        <Callout
          key={item.id}
          tone={item.tone}
          title={item.title}
          actions={
            item.link === null ? (
              <Button size="small" onClick={() => setTrayOpen(true)}>
                {words.home.seeJobs}
              </Button>
            ) : (
              <a href={item.link.href} className={buttonClass('secondary', 'small')}>
                {item.link.label}
              </a>
            )
          }
        >
          {item.detail}
        </Callout>
      ))}
      {items.length > shown && <p className="text-sm text-ink-soft">{words.home.more(items.length - shown)}</p>}
    </section>
  );
}
