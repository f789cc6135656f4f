import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';
import { itemClass, popupClass } from './popup.ts';

export interface MenuAction {
  label: string;
  icon?: ReactNode;
  onSelect: () => void;
  isDanger?: boolean;
  disabled?: boolean;
}

interface MenuProps {
  label: string;
  icon: ReactNode;
  actions: readonly MenuAction[];
  size?: 'small' | 'medium';
}

export function Menu({ label, icon, actions, size = 'medium' }: MenuProps) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger aria-label={label} title={label} className={buttonClass('quiet', size, true)}>
        {icon}
      </BaseMenu.Trigger>
      <BaseMenu.Portal render={<section aria-label={label} />}>
        <BaseMenu.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <BaseMenu.Popup className={cx(popupClass, 'min-w-44')}>
            {actions.map((action) => (
              <BaseMenu.Item
                key={action.label}
                disabled={action.disabled === true}
                onClick={action.onSelect}
                className={cx(itemClass, action.isDanger === true && 'text-bad')}
              >
                {action.icon}
                {action.label}
              </BaseMenu.Item>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
