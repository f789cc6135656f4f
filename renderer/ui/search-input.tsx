import type { KeyboardEvent, ReactNode } from 'react';
import { cx } from './cx.ts';
import { inputClass } from './field.tsx';

interface SearchInputProps {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  icon: ReactNode;
  /** Ctrl+F goes to the one of the page. */
  isPageSearch?: boolean;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
}

export function SearchInput(props: SearchInputProps) {
  const { label, placeholder, value, onChange, icon, isPageSearch = false, onKeyDown } = props;
  return (
    <span className="relative min-w-48 flex-1 sm:max-w-96">
      <span className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-soft">{icon}</span>
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        className={cx(inputClass, 'pl-9')}
        {...(isPageSearch ? { 'data-page-search': '' } : {})}
      />
    </span>
  );
}
