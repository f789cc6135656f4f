import { Button as BaseButton } from '@base-ui/react/button';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import type { ComponentProps, ReactNode } from 'react';
import { useLasting } from '../hooks/use-lasting.ts';
import { cx } from './cx.ts';
import { Tooltip } from './tooltip.tsx';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';
type Size = 'small' | 'medium';

const variants: Record<Variant, string> = {
  primary: 'bg-accent text-accent-ink border-transparent shadow-card hover:bg-accent-hover',
  secondary: 'bg-surface text-ink border-line-strong/70 shadow-card hover:bg-hover hover:border-line-strong',
  quiet:
    'bg-transparent text-ink-soft border-transparent hover:bg-hover hover:text-ink data-popup-open:bg-hover data-popup-open:text-ink',
  danger: 'bg-bad text-bad-ink border-transparent shadow-card hover:opacity-90',
};

const sizes: Record<Size, string> = {
  small: 'h-control-small px-2.5 text-code gap-1.5',
  medium: 'h-control px-3.5 text-sm gap-2',
};

const squares: Record<Size, string> = { small: 'size-control-small', medium: 'size-control' };

/** How a button looks, for what must be a link or the trigger of a popup. */
export function buttonClass(variant: Variant = 'secondary', size: Size = 'medium', isSquare = false): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap select-none transition-colors',
    'not-aria-busy:data-disabled:cursor-not-allowed not-aria-busy:data-disabled:opacity-55 not-aria-busy:disabled:cursor-not-allowed not-aria-busy:disabled:opacity-55',
    variants[variant],
    isSquare ? squares[size] : sizes[size],
  );
}

/** What is answered sooner seems to be at once, and a spinner would only flash. */
const slowMs = 150;

interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className'> {
  variant?: Variant;
  size?: Size;
  icon?: ReactNode;
  /** Takes no further click, and shows a spinner when it lasts. */
  isBusy?: boolean;
}

export function Button({ variant, size, icon, isBusy = false, disabled, children, ...rest }: ButtonProps) {
  const isSlow = useLasting(isBusy, slowMs);
  return (
    <BaseButton
      className={buttonClass(variant, size)}
      disabled={isBusy || disabled === true}
      focusableWhenDisabled={isBusy}
      aria-busy={isBusy}
      {...rest}
    >
      {isSlow ? <LoaderCircle aria-hidden className="size-icon animate-spin" /> : icon}
      {children}
    </BaseButton>
  );
}

interface IconButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className' | 'children' | 'title'> {
  /** Its name, also shown on hover. */
  label: string;
  icon: ReactNode;
  variant?: Variant;
  size?: Size;
}

export function IconButton({ label, icon, variant = 'quiet', size, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <BaseButton className={buttonClass(variant, size, true)} aria-label={label} {...rest}>
        {icon}
      </BaseButton>
    </Tooltip>
  );
}
