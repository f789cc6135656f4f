import { Select as BaseSelect } from '@base-ui/react/select';
import Check from 'lucide-react/icons/check';
import ChevronDown from 'lucide-react/icons/chevron-down';
import { words } from '../words.ts';
import { cx } from './cx.ts';
import { itemClass, popupClass } from './popup.ts';

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  /** Shown smaller behind the label. */
  hint?: string;
}

interface SelectProps<Value extends string> {
  /** Needed outside of a `Field`. */
  label?: string;
  value: Value | null;
  onChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  disabled?: boolean;
  isWide?: boolean;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, value, onChange, options, placeholder, disabled = false, isWide = false } = props;
  return (
    <BaseSelect.Root<Value>
      items={options}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
      disabled={disabled}
    >
      <BaseSelect.Trigger
        aria-label={label}
        className={cx(
          'flex h-control min-w-36 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 text-sm text-ink',
          'hover:bg-hover data-disabled:cursor-not-allowed data-disabled:opacity-55',
          isWide && 'w-full',
        )}
      >
        <BaseSelect.Value className="min-w-0 truncate data-placeholder:text-ink-soft" placeholder={placeholder} />
        <BaseSelect.Icon>
          <ChevronDown aria-hidden className="size-icon text-ink-soft" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      {/* A landmark of its own, since it lies outside of the page's. */}
      <BaseSelect.Portal render={<section aria-label={label ?? words.common.choices} />}>
        {/* Aligned with the item, Base UI would hide scrollbars by a style element, which the page's policy forbids. */}
        <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <BaseSelect.Popup
            className={cx(popupClass, 'max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto')}
          >
            {options.map((option) => (
              <BaseSelect.Item key={option.value} value={option.value} className={itemClass}>
                <span className="w-4 shrink-0">
                  <BaseSelect.ItemIndicator>
                    <Check aria-hidden className="size-icon text-accent" />
                  </BaseSelect.ItemIndicator>
                </span>
                <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                {option.hint !== undefined && <span className="ml-auto pl-4 text-xs text-ink-soft">{option.hint}</span>}
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
