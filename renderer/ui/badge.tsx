import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle' | 'accent';

const tones: Record<Tone, string> = {
  good: 'bg-good-soft text-good border-good/25',
  busy: 'bg-busy-soft text-busy border-busy/25',
  warn: 'bg-warn-soft text-warn border-warn/30',
  bad: 'bg-bad-soft text-bad border-bad/25',
  idle: 'bg-idle-soft text-idle border-line',
  accent: 'bg-accent-soft text-accent border-accent/25',
};

interface BadgeProps {
  tone?: Tone;
  icon?: ReactNode;
  isLarge?: boolean;
  children: ReactNode;
}

/** A word with a colour and, where it is a status, an icon: never the colour alone. */
export function Badge({ tone = 'idle', icon, isLarge = false, children }: BadgeProps) {
  return (
    <span
      className={cx(
        'inline-flex shrink-0 items-center rounded-full border font-medium whitespace-nowrap',
        isLarge ? 'h-8 gap-2 px-3.5 text-sm' : 'h-6 gap-1.5 px-2.5 text-xs',
        tones[tone],
      )}
    >
      {icon}
      {children}
    </span>
  );
}
