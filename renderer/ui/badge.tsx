import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle' | 'accent';

const tones: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  busy: 'bg-busy-soft text-busy',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  idle: 'bg-idle-soft text-idle',
  accent: 'bg-accent-soft text-accent',
};

/** A word with a colour and, where it is a status, an icon: never the colour alone. */
export function Badge({ tone = 'idle', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {icon}
      {children}
    </span>
  );
}
