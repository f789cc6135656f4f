import Check from 'lucide-react/icons/check';
import Copy from 'lucide-react/icons/copy';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import { useRef, useState } from 'react';
import { words } from '../words.ts';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';

type Outcome = 'none' | 'copied' | 'failed';

interface CopyButtonProps {
  /** What is copied; a function where it is made only when asked for. */
  text: string | (() => string | Promise<string>);
  /** What it copies: “Copy address”. */
  label: string;
  size?: 'small' | 'medium';
  /** The label is shown beside the icon. */
  hasText?: boolean;
}

// Long enough to be read, short enough to be ready for the next copy.
const shownMs = 2_000;

export function CopyButton({ text, label, size = 'small', hasText = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>('none');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  async function copy() {
    let next: Outcome = 'copied';
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
    } catch {
      // Browsers refuse without focus or permission; the user must learn that nothing was copied.
      next = 'failed';
    }
    setOutcome(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome('none'), shownMs);
  }

  const shown = outcome === 'copied' ? words.common.copied : outcome === 'failed' ? words.common.copyFailed : label;
  const Icon = outcome === 'copied' ? Check : outcome === 'failed' ? TriangleAlert : Copy;
  return (
    <>
      <button
        type="button"
        aria-label={label}
        title={shown}
        className={buttonClass(hasText ? 'secondary' : 'quiet', size, !hasText)}
        onClick={() => void copy()}
      >
        <Icon
          aria-hidden
          className={cx('size-icon', outcome === 'copied' && 'text-good', outcome === 'failed' && 'text-bad')}
        />
        {hasText && shown}
      </button>
      <output className="sr-only">{outcome === 'none' ? '' : shown}</output>
    </>
  );
}
