import { Menu as BaseMenu } from '@base-ui/react/menu';
import Check from 'lucide-react/icons/check';
import ChevronDown from 'lucide-react/icons/chevron-down';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';
import { itemClass, popupClass } from './popup.ts';

export interface SwitchMenuItem<Id extends string> {
  id: Id;
  label: string;
  hint: string;
  /** Null: it happens once and cannot be on. */
  isOn: boolean | null;
}

interface SwitchMenuProps<Id extends string> {
  label: string;
  icon: ReactNode;
  items: readonly SwitchMenuItem<Id>[];
  onSelect: (id: Id, isOn: boolean) => void;
}

/** Things that are switched on and off, or done once, from one button; stays open for what is switched. */
export function SwitchMenu<Id extends string>({ label, icon, items, onSelect }: SwitchMenuProps<Id>) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger className={buttonClass('secondary', 'small')}>
        {icon}
        {label}
        <ChevronDown aria-hidden className="size-icon" />
      </BaseMenu.Trigger>
      <BaseMenu.Portal render={<section aria-label={label} />}>
        <BaseMenu.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <BaseMenu.Popup className={cx(popupClass, 'max-h-(--available-height) w-80 overflow-y-auto')}>
            {items.map(({ id, label: title, hint, isOn }) =>
              isOn === null ? (
                <BaseMenu.Item key={id} className={cx(itemClass, 'items-start')} onClick={() => onSelect(id, true)}>
                  <span className="size-icon shrink-0" />
                  <Text title={title} hint={hint} />
                </BaseMenu.Item>
              ) : (
                <BaseMenu.CheckboxItem
                  key={id}
                  className={cx(itemClass, 'items-start')}
                  checked={isOn}
                  onCheckedChange={(next) => onSelect(id, next)}
                >
                  <span className="mt-0.5 size-icon shrink-0">
                    <BaseMenu.CheckboxItemIndicator>
                      <Check aria-hidden className="size-icon text-accent" />
                    </BaseMenu.CheckboxItemIndicator>
                  </span>
                  <Text title={title} hint={hint} />
                </BaseMenu.CheckboxItem>
              ),
            )}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function Text({ title, hint }: { title: string; hint: string }) {
  return (
    <span className="min-w-0">
      {title}
      <span className="block text-xs text-ink-soft">{hint}</span>
    </span>
  );
}
