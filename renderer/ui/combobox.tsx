import { Combobox as BaseCombobox } from '@base-ui/react/combobox';
import Check from 'lucide-react/icons/check';
import ChevronDown from 'lucide-react/icons/chevron-down';
import X from 'lucide-react/icons/x';
import { words } from '../words.ts';
import { cx } from './cx.ts';
import { inputClass } from './field.tsx';
import { itemClass, popupClass } from './popup.ts';
import type { SelectOption } from './select.tsx';

interface ComboboxProps<Value extends string> {
  /** Needed outside of a `Field`. */
  label?: string;
  value: Value | null;
  onChange: (value: Value | null) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  disabled?: boolean;
  /** May be left without a choice. */
  canClear?: boolean;
}

/** A select that is too long to look through: typing finds. Filters by label and hint. */
export function Combobox<Value extends string>(props: ComboboxProps<Value>) {
  const { label, value, onChange, options, placeholder, disabled = false, canClear = false } = props;
  const chosen = options.find((option) => option.value === value) ?? null;
  return (
    <BaseCombobox.Root<SelectOption<Value>>
      items={options}
      value={chosen}
      onValueChange={(next) => onChange(next?.value ?? null)}
      isItemEqualToValue={(one, other) => one.value === other.value}
      filter={(option, query) => matches(option, query)}
      disabled={disabled}
      autoHighlight
    >
      <BaseCombobox.InputGroup className="relative w-full">
        <BaseCombobox.Input
          aria-label={label}
          placeholder={placeholder}
          className={cx(inputClass, 'pr-16 pointer-coarse:pr-24')}
        />
        <span className="absolute inset-y-0 right-1 flex items-center">
          {canClear && (
            <BaseCombobox.Clear
              aria-label={words.ui.clear}
              className="flex size-control-small items-center justify-center rounded-md text-ink-soft hover:bg-hover"
            >
              <X aria-hidden className="size-icon" />
            </BaseCombobox.Clear>
          )}
          <BaseCombobox.Trigger
            aria-label={words.ui.open}
            className="flex size-control-small items-center justify-center rounded-md text-ink-soft hover:bg-hover"
          >
            <ChevronDown aria-hidden className="size-icon" />
          </BaseCombobox.Trigger>
        </span>
      </BaseCombobox.InputGroup>
      {/* A landmark of its own, since it lies outside of the page's. */}
      <BaseCombobox.Portal render={<section aria-label={label ?? words.common.choices} />}>
        <BaseCombobox.Positioner sideOffset={4} className="z-50 outline-none">
          <BaseCombobox.Popup
            className={cx(popupClass, 'max-h-(--available-height) w-(--anchor-width) overflow-y-auto')}
          >
            <BaseCombobox.Empty className="px-3 py-2 text-sm text-ink-soft empty:hidden">
              {words.ui.noMatch}
            </BaseCombobox.Empty>
            <BaseCombobox.List>
              {(option: SelectOption<Value>) => (
                <BaseCombobox.Item key={option.value} value={option} className={itemClass}>
                  <span className="w-4 shrink-0">
                    <BaseCombobox.ItemIndicator>
                      <Check aria-hidden className="size-icon text-accent" />
                    </BaseCombobox.ItemIndicator>
                  </span>
                  <span className="min-w-0 truncate">{option.label}</span>
                  {option.hint !== undefined && (
                    <span className="ml-auto pl-4 text-xs text-ink-soft">{option.hint}</span>
                  )}
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  );
}

function matches<Value extends string>({ label, hint = '' }: SelectOption<Value>, query: string): boolean {
  const text = `${label} ${hint}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}
