import { Menu as BaseMenu } from '@base-ui/react/menu';
import Check from 'lucide-react/icons/check';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';
import { itemClass, popupClass } from './popup.ts';

export interface ViewChoice {
  /** Heading of its options. */
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

interface ViewMenuProps {
  label: string;
  icon: ReactNode;
  /** Beside the icon: what is chosen and must not be overlooked. */
  note?: string | undefined;
  switches: readonly { label: string; isOn: boolean; onChange: (isOn: boolean) => void }[];
  choice: ViewChoice | null;
}

/** How something is shown, for what is changed rarely: switches, and one choice of several. */
export function ViewMenu({ label, icon, note, switches, choice }: ViewMenuProps) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger
        aria-label={note === undefined ? label : `${label}: ${note}`}
        title={label}
        className={buttonClass(note === undefined ? 'quiet' : 'secondary', 'small', note === undefined)}
      >
        {icon}
        {note}
      </BaseMenu.Trigger>
      <BaseMenu.Portal render={<section aria-label={label} />}>
        <BaseMenu.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <BaseMenu.Popup className={cx(popupClass, 'max-h-(--available-height) min-w-44 overflow-y-auto')}>
            {switches.map(({ label: name, isOn, onChange }) => (
              <BaseMenu.CheckboxItem key={name} className={itemClass} checked={isOn} onCheckedChange={onChange}>
                <Mark>
                  <BaseMenu.CheckboxItemIndicator>{check}</BaseMenu.CheckboxItemIndicator>
                </Mark>
                {name}
              </BaseMenu.CheckboxItem>
            ))}
            {choice !== null && (
              <BaseMenu.Group className="mt-1 border-t border-line pt-1">
                <BaseMenu.GroupLabel className="px-3 py-1 text-xs text-ink-soft">{choice.label}</BaseMenu.GroupLabel>
                <BaseMenu.RadioGroup value={choice.value} onValueChange={choice.onChange}>
                  {choice.options.map(({ value, label: name }) => (
                    <BaseMenu.RadioItem key={value} value={value} closeOnClick className={itemClass}>
                      <Mark>
                        <BaseMenu.RadioItemIndicator>{check}</BaseMenu.RadioItemIndicator>
                      </Mark>
                      {name}
                    </BaseMenu.RadioItem>
                  ))}
                </BaseMenu.RadioGroup>
              </BaseMenu.Group>
            )}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

const check = <Check aria-hidden className="size-icon text-accent" />;

/** The names stand under each other, chosen or not. */
function Mark({ children }: { children: ReactNode }) {
  return <span className="size-icon shrink-0">{children}</span>;
}
