import ListOrdered from 'lucide-react/icons/list-ordered';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/** Before the first question. */
export function CleanScreen({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="relative flex min-h-40 flex-1 flex-col items-center justify-center-safe gap-3 overflow-y-auto py-2 text-center">
      <p className="px-gutter text-2xl font-semibold text-balance wrap-anywhere">{title}</p>
      {children}
    </div>
  );
}

export function Hint({ children }: { children: ReactNode }) {
  return <p className="px-gutter text-lg text-balance text-ink-soft">{children}</p>;
}

/** While nothing is prepared: something to ask at once, and the way to prompts of one's own. */
export function Starters({ onAsk, onSetUp }: { onAsk: (text: string) => void; onSetUp: () => void }) {
  const { present } = words;
  return (
    <>
      <Hint>{present.startersHint}</Hint>
      <ul aria-label={present.starters} className="flex w-full max-w-form flex-col gap-2 px-gutter text-md">
        {present.examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              onClick={() => onAsk(example)}
              className="min-h-control w-full rounded-xl border border-line-strong/60 bg-surface px-4 py-2 text-balance shadow-card hover:bg-hover"
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
      <Button icon={<ListOrdered aria-hidden className="size-icon" />} onClick={onSetUp}>
        {present.prepareOwn}
      </Button>
    </>
  );
}
