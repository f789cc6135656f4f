import { Field as BaseField } from '@base-ui/react/field';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

export const inputClass = cx(
  'h-control w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-sm text-ink placeholder:text-ink-soft',
  'data-invalid:border-bad focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-ink-soft',
);

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Not empty: what is wrong, said under the control. */
  error?: string | null | undefined;
  children: ReactNode;
}

/** A label, a control (`FieldInput`, `Select`), a hint and what is wrong with it, tied together for screen readers. */
export function Field({ label, hint, error, children }: FieldProps) {
  const isInvalid = error !== undefined && error !== null && error !== '';
  return (
    <BaseField.Root invalid={isInvalid} className="flex flex-col gap-1.5">
      <BaseField.Label className="text-sm font-medium">{label}</BaseField.Label>
      {children}
      {hint !== undefined && <BaseField.Description className="text-xs text-ink-soft">{hint}</BaseField.Description>}
      <BaseField.Error match={isInvalid} className="text-xs text-bad">
        {error}
      </BaseField.Error>
    </BaseField.Root>
  );
}

export function FieldInput({
  className,
  ...rest
}: Omit<ComponentProps<typeof BaseField.Control>, 'className'> & { className?: string }) {
  return <BaseField.Control className={cx(inputClass, className)} {...rest} />;
}

/** Inside a `Field`, for longer texts. */
export function FieldTextArea({ rows = 4, ...rest }: Omit<ComponentProps<'textarea'>, 'className'>) {
  return <BaseField.Control render={<textarea rows={rows} {...rest} />} className={cx(inputClass, 'h-auto! py-2')} />;
}
