import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { words } from '../../words.ts';
import { usePractice } from './use-practice.ts';

/** Where a key is asked for: the one that is right in practice mode. Nothing in the real thing. */
export function PracticeKey({ onUse }: { onUse: (key: string) => void }) {
  const state = usePractice();
  if (state === null) return null;
  const { key } = state;
  return (
    <div className="flex flex-col gap-1 rounded-md border border-line bg-practice-soft px-3 py-2 text-sm">
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{words.practice.key.label}</span>
        <code className="font-mono text-code wrap-anywhere">{key}</code>
        <CopyButton text={key} label={words.practice.key.copy} />
        <Button size="small" onClick={() => onUse(key)}>
          {words.practice.key.use}
        </Button>
      </span>
      <span className="text-xs text-ink-soft">{words.practice.key.hint}</span>
    </div>
  );
}
