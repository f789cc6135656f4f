import Boxes from 'lucide-react/icons/boxes';
import Columns2 from 'lucide-react/icons/columns-2';
import CirclePlay from 'lucide-react/icons/circle-play';
import Cpu from 'lucide-react/icons/cpu';
import House from 'lucide-react/icons/house';
import MessagesSquare from 'lucide-react/icons/messages-square';
import PanelLeftClose from 'lucide-react/icons/panel-left-close';
import PanelLeftOpen from 'lucide-react/icons/panel-left-open';
import Search from 'lucide-react/icons/search';
import Settings from 'lucide-react/icons/settings';
import type { ComponentType, ReactNode } from 'react';
import { cx } from '../ui/cx.ts';
import { words } from '../words.ts';
import { Logo } from './logo.tsx';
import type { RailPageName } from './rail-page.ts';
import type { ShortcutId } from './shortcuts.ts';
import type { ShortcutKeys } from './use-shortcut-keys.ts';

export interface RailPage {
  page: RailPageName;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
}

export const railPages: readonly RailPage[] = [
  { page: 'home', icon: House },
  { page: 'models', icon: Boxes },
  { page: 'running', icon: CirclePlay },
  { page: 'hardware', icon: Cpu },
  { page: 'chat', icon: MessagesSquare },
  { page: 'compare', icon: Columns2 },
  { page: 'settings', icon: Settings },
];

/** Narrow: icons over their names (below 640 px alone). Wide: names beside the icons. The same links either way. */
const row = 'flex items-center rounded-lg font-medium transition-colors pointer-coarse:min-h-control';
const narrowRow = 'flex-col gap-1 px-1 py-2 text-xs low:gap-0.5 low:px-0 low:py-1 low:text-2xs';
const wideRow =
  'md:flex-row md:gap-3 md:px-3 md:py-2.5 md:text-sm low:md:gap-3 low:md:px-3 low:md:py-1.5 low:md:text-sm';
const label = 'max-w-full truncate max-sm:sr-only';

export interface RailProps {
  current: RailPageName | null;
  /** Names beside the icons. */
  isWide: boolean;
  /** Missing: no key does anything yet. */
  keysOf?: (id: ShortcutId) => ShortcutKeys;
  onToggle?: () => void;
  onPalette?: () => void;
  /** How many NIMs can be talked to, where that is known. */
  ready?: ReactNode;
}

/** The side bar as it looks, knowing nothing: drawn in every page and, ahead of the pages, by the build. */
export function Rail({ current, isWide, keysOf, onToggle, onPalette, ready }: RailProps) {
  const toggleTitle = isWide ? words.shell.sideBar.close : words.shell.sideBar.open;
  const Toggle = isWide ? PanelLeftClose : PanelLeftOpen;
  return (
    <nav
      aria-label={words.shell.navigation}
      className={cx(
        'flex w-14 shrink-0 flex-col items-stretch gap-1 overflow-y-auto border-r border-line bg-surface px-1.5 py-3 low:py-1.5 sm:w-20',
        isWide ? 'md:w-52 md:px-3' : 'xl:w-24',
      )}
    >
      <div
        className={cx(
          'mb-2 flex items-center justify-center gap-2.5 low:mb-0',
          isWide ? 'md:justify-start md:px-2 low:max-md:hidden' : 'low:hidden',
        )}
      >
        <Logo className="size-8 shrink-0 text-accent" />
        <span aria-hidden className={cx('hidden text-lg font-semibold', isWide && 'md:inline')}>
          {words.common.appName}
        </span>
      </div>
      <PaletteButton isWide={isWide} keys={keysOf?.('palette')} onClick={onPalette} />
      {railPages.map((each) => (
        <RailLink
          key={each.page}
          {...each}
          isCurrent={each.page === current}
          isWide={isWide}
          keys={keysOf?.(`page-${each.page}`)}
        >
          {each.page === 'running' && ready}
        </RailLink>
      ))}
      <button
        type="button"
        aria-expanded={isWide}
        aria-label={words.keyboard.actions['side-bar']}
        {...keyProps(toggleTitle, keysOf?.('side-bar'))}
        onClick={onToggle}
        className={cx(
          row,
          'mt-auto justify-center py-2 text-ink-soft hover:bg-hover hover:text-ink max-md:hidden',
          isWide && 'md:justify-start md:px-3',
        )}
      >
        <Toggle aria-hidden className="size-5" />
      </button>
    </nav>
  );
}

function keyProps(text: string, keys: ShortcutKeys | undefined) {
  return keys === undefined ? {} : { 'aria-keyshortcuts': keys.aria, title: words.shell.withKeys(text, keys.spelled) };
}

interface PaletteButtonProps {
  isWide: boolean;
  keys: ShortcutKeys | undefined;
  onClick: (() => void) | undefined;
}

function PaletteButton({ isWide, keys, onClick }: PaletteButtonProps) {
  return (
    <button
      type="button"
      {...keyProps(words.palette.title, keys)}
      onClick={onClick}
      className={cx(
        row,
        narrowRow,
        isWide && wideRow,
        'text-ink-soft hover:bg-hover hover:text-ink',
        isWide && 'md:border md:border-line-strong md:bg-sunken',
      )}
    >
      <Search aria-hidden className="size-5 shrink-0" />
      <span className={label}>{words.palette.open}</span>
      {isWide && (
        <kbd aria-hidden className="ml-auto font-sans text-xs text-ink-soft max-md:hidden">
          {keys?.spelled}
        </kbd>
      )}
    </button>
  );
}

interface RailLinkProps extends RailPage {
  isCurrent: boolean;
  isWide: boolean;
  keys: ShortcutKeys | undefined;
  children: ReactNode;
}

function RailLink({ page, icon: Icon, isCurrent, isWide, keys, children }: RailLinkProps) {
  return (
    <a
      href={`#/${page}`}
      aria-current={isCurrent ? 'page' : undefined}
      {...keyProps(words.pages[page], keys)}
      className={cx(
        row,
        narrowRow,
        isWide && wideRow,
        isCurrent ? 'bg-accent-soft text-accent' : 'text-ink-soft hover:bg-hover hover:text-ink',
      )}
    >
      <Icon aria-hidden className="size-5 shrink-0" />
      <span className={label}>{words.pages[page]}</span>
      {children}
    </a>
  );
}
