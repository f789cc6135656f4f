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
import type { Route } from '../router.ts';
import { cx } from '../ui/cx.ts';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';
import { Logo } from './logo.tsx';
import type { ShortcutId } from './shortcuts.ts';
import { useSideBar } from './side-bar-state.ts';
import { useShortcutKeys } from './use-shortcut-keys.ts';

export interface RailPage {
  page: 'home' | 'models' | 'running' | 'hardware' | 'chat' | 'compare' | 'settings';
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

/** Which entry of the rail a route belongs to. */
export function railPageOf(route: Route): RailPage['page'] | null {
  if (route.page === 'not-found' || route.page === 'present') return null;
  if (route.page === 'vectors') return 'running';
  return route.page === 'nim' ? 'running' : route.page;
}

/** Narrow: icons over their names (below 640 px alone). Wide: names beside the icons. The same links either way. */
const row = 'flex items-center rounded-lg font-medium transition-colors pointer-coarse:min-h-control';
const narrowRow = 'flex-col gap-1 px-1 py-2 text-xs low:gap-0.5 low:px-0 low:py-1 low:text-2xs';
const wideRow =
  'md:flex-row md:gap-3 md:px-3 md:py-2.5 md:text-sm low:md:gap-3 low:md:px-3 low:md:py-1.5 low:md:text-sm';
const label = 'max-w-full truncate max-sm:sr-only';

/** @param ready how many NIMs can be talked to, where that is known */
export function SideBar({ route, ready }: { route: Route; ready?: ReactNode }) {
  const isWide = useSideBar((store) => store.isWide);
  const toggle = useSideBar((store) => store.toggle);
  const toggleKeys = useShortcutKeys('side-bar');
  const current = railPageOf(route);
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
      <PaletteButton isWide={isWide} />
      {railPages.map((each) => (
        <RailLink key={each.page} {...each} isCurrent={each.page === current} isWide={isWide}>
          {each.page === 'running' && ready}
        </RailLink>
      ))}
      <button
        type="button"
        aria-expanded={isWide}
        aria-label={words.keyboard.actions['side-bar']}
        aria-keyshortcuts={toggleKeys.aria}
        title={words.shell.withKeys(isWide ? words.shell.sideBar.close : words.shell.sideBar.open, toggleKeys.spelled)}
        onClick={toggle}
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

function PaletteButton({ isWide }: { isWide: boolean }) {
  const openPalette = useDialogs((dialogs) => dialogs.openPalette);
  const keys = useShortcutKeys('palette');
  return (
    <button
      type="button"
      aria-keyshortcuts={keys.aria}
      title={words.shell.withKeys(words.palette.title, keys.spelled)}
      onClick={() => openPalette('all')}
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
          {keys.spelled}
        </kbd>
      )}
    </button>
  );
}

interface RailLinkProps extends RailPage {
  isCurrent: boolean;
  isWide: boolean;
  children: ReactNode;
}

function RailLink({ page, icon: Icon, isCurrent, isWide, children }: RailLinkProps) {
  const id: ShortcutId = `page-${page}`;
  const keys = useShortcutKeys(id);
  return (
    <a
      href={`#/${page}`}
      aria-current={isCurrent ? 'page' : undefined}
      aria-keyshortcuts={keys.aria}
      title={words.shell.withKeys(words.pages[page], keys.spelled)}
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
