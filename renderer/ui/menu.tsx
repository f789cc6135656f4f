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
      <MenuPopup label={label} actions={actions} />
    </BaseMenu.Root>
  );
}

/** A menu that is open at a `MenuButton`. */
export interface OpenMenu {
  at: HTMLElement;
  label: string;
  actions: readonly MenuAction[];
  /** The side of the button that it is flush with; default: the right one, for buttons at the end of a row. */
  align?: 'start' | 'end';
}

/**
 * One menu for all rows of a long list: a menu in each of them costs more than the rest of a row, and scrolling shows it.
 * @param open null: closed
 */
export function SharedMenu({ open, onClose }: { open: OpenMenu | null; onClose: () => void }) {
  if (open === null) return null;
  return (
    <BaseMenu.Root
      key={open.label}
      open
      onOpenChange={(isOpen, { event }) => {
        // A press on its own button opens nothing anew: the button closes it.
        if (!isOpen && !(event.target instanceof Node && open.at.contains(event.target))) onClose();
      }}
    >
      <MenuPopup label={open.label} actions={open.actions} at={open.at} align={open.align} />
    </BaseMenu.Root>
  );
}

interface MenuButtonProps {
  label: string;
  icon: ReactNode;
  isOpen: boolean;
  /** Pressed, or asked with an arrow key as menus are. */
  onToggle: (at: HTMLElement) => void;
}

/** Opens a `SharedMenu`. */
export function MenuButton({ label, icon, isOpen, onToggle }: MenuButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      title={label}
      className={cx(buttonClass('quiet', 'small', true), isOpen && 'bg-hover text-ink')}
      onClick={(event) => onToggle(event.currentTarget)}
      onKeyDown={(event) => {
        if (isOpen || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
        event.preventDefault();
        event.stopPropagation();
        onToggle(event.currentTarget);
      }}
    >
      {icon}
    </button>
  );
}

interface MenuPopupProps {
  label: string;
  actions: readonly MenuAction[];
  /** Where there is no trigger: it stands there, and the focus goes back to it. */
  at?: HTMLElement;
  align?: OpenMenu['align'];
}

function MenuPopup({ label, actions, at, align = 'end' }: MenuPopupProps) {
  return (
    <BaseMenu.Portal render={<section aria-label={label} />}>
      <BaseMenu.Positioner anchor={at} sideOffset={4} align={align} className="z-50 outline-none">
        <BaseMenu.Popup
          aria-label={at === undefined ? undefined : label}
          finalFocus={at === undefined ? undefined : () => at}
          className={cx(popupClass, 'min-w-44')}
        >
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
  );
}
