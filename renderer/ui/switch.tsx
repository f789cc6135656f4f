import { Switch as BaseSwitch } from '@base-ui/react/switch';
import type { ReactNode } from 'react';

interface SwitchProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** On or off, at once; what waits for a “Save” is a `Checkbox`. */
export function Switch({ label, hint, checked, onChange, disabled = false }: SwitchProps) {
  return (
    <label className="flex min-h-6 items-start gap-2.5 text-sm has-data-disabled:opacity-60 pointer-coarse:min-h-control pointer-coarse:items-center">
      <BaseSwitch.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors data-checked:border-accent data-checked:bg-accent"
      >
        <BaseSwitch.Thumb className="size-3.5 rounded-full bg-line-strong transition-[translate,background-color] data-checked:translate-x-4 data-checked:bg-accent-ink" />
      </BaseSwitch.Root>
      <span className="min-w-0">
        {label}
        {hint !== undefined && <span className="block text-xs text-ink-soft">{hint}</span>}
      </span>
    </label>
  );
}
