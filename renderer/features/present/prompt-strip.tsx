import { Keys } from '../../ui/kbd.tsx';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';

interface PromptStripProps {
  prompts: readonly string[];
  sent: ReadonlySet<number>;
  /** Sent as soon as the answer has ended. */
  next: number | null;
  /** What is pressed for each; empty while single characters are switched off. */
  keyNames: readonly (readonly string[])[];
  disabled: boolean;
  onSend: (place: number) => void;
}

/** The beginning of each prepared prompt, behind its key: small enough to be nobody's business but the speaker's. */
export function PromptStrip({ prompts, sent, next, keyNames, disabled, onSend }: PromptStripProps) {
  if (prompts.length === 0) return null;
  return (
    <ul aria-label={words.present.prompts} className="flex flex-wrap gap-1.5">
      {prompts.map((prompt, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- the place is what tells them apart, and nothing moves
        <li key={`${place} ${prompt}`} className="max-w-96 min-w-24 flex-1 basis-0">
          <button
            type="button"
            disabled={disabled}
            onClick={() => onSend(place)}
            className={cx(
              'flex h-control-small w-full items-center gap-1.5 rounded-md border px-2 text-xs hover:bg-hover disabled:cursor-not-allowed disabled:opacity-55',
              next === place ? 'border-accent text-accent' : 'border-line-strong/60 text-ink-soft',
            )}
          >
            {keyNames[place] !== undefined && <Keys keys={keyNames[place]} />}
            <span className="min-w-0 truncate">{prompt}</span>
            {(sent.has(place) || next === place) && (
              <span className="shrink-0">· {next === place ? words.present.next : words.present.sent}</span>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
