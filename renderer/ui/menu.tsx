import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';

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
          <BaseMenu.Popup className="popup-motion min-w-44 rounded-md border border-line bg-raised py-1 text-sm text-ink shadow-popup outline-none">
            {actions.map((action) => (
              <BaseMenu.Item
                key={action.label}
                disabled={action.disabled === true}
                onClick={action.onSelect}
                className={cx(
                  'flex cursor-default items-center gap-2.5 px-3 py-1.5 outline-none select-none data-disabled:opacity-55 data-highlighted:bg-hover',
                  action.isDanger === true && 'text-bad',
                )}
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
