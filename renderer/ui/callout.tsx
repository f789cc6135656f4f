import CircleAlert from 'lucide-react/icons/circle-alert';
import CircleCheck from 'lucide-react/icons/circle-check';
import Info from 'lucide-react/icons/info';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { ComponentType, ReactNode } from 'react';
import { cx } from './cx.ts';

type CalloutTone = 'info' | 'good' | 'warn' | 'bad';

interface Look {
  bar: string;
  ink: string;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
}

const looks: Record<CalloutTone, Look> = {
  info: { bar: 'before:bg-busy', ink: 'text-busy', icon: Info },
  good: { bar: 'before:bg-good', ink: 'text-good', icon: CircleCheck },
  warn: { bar: 'before:bg-warn', ink: 'text-warn', icon: TriangleAlert },
  bad: { bar: 'before:bg-bad', ink: 'text-bad', icon: CircleAlert },
};

interface CalloutProps {
  tone?: CalloutTone;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** Below the actions, for few. */
  footer?: ReactNode;
  /** Its own icon in place of the tone's. */
  icon?: ReactNode;
  /** Read out at once. */
  isAlert?: boolean;
}

/** What one should know about the page around it, and what can be done. */
export function Callout({ tone = 'info', title, children, actions, footer, icon, isAlert = false }: CalloutProps) {
  const { bar, ink, icon: Icon } = looks[tone];
  return (
    <div
      {...(isAlert ? { role: 'alert' } : {})}
      className={cx(
        'relative flex gap-3 overflow-clip rounded-xl border border-line bg-surface p-4 pl-5 shadow-card',
        'before:absolute before:inset-y-0 before:left-0 before:w-1',
        bar,
      )}
    >
      <span className={cx('mt-0.5 shrink-0', ink)}>{icon ?? <Icon aria-hidden className="size-icon-large" />}</span>
      <div className="@container min-w-0 flex-1">
        <div className="flex flex-col gap-2 @2xl:flex-row @2xl:items-start @2xl:gap-6">
          <div className="min-w-0 flex-1">
            <p className="font-semibold break-words">{title}</p>
            {children !== undefined && <div className="text-sm break-words text-ink-soft">{children}</div>}
          </div>
          {actions !== undefined && (
            <div className="flex shrink-0 flex-wrap items-center gap-2 empty:hidden">{actions}</div>
          )}
        </div>
        {footer !== undefined && <div className="mt-1">{footer}</div>}
      </div>
    </div>
  );
}
