import Boxes from 'lucide-react/icons/boxes';
import CirclePlay from 'lucide-react/icons/circle-play';
import MessagesSquare from 'lucide-react/icons/messages-square';
import Settings from 'lucide-react/icons/settings';
import type { ComponentType } from 'react';
import type { Route } from '../router.ts';
import { cx } from '../ui/cx.ts';
import { words } from '../words.ts';
import { Logo } from './logo.tsx';

export interface RailPage {
  page: 'models' | 'running' | 'chat' | 'settings';
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
}

export const railPages: readonly RailPage[] = [
  { page: 'models', icon: Boxes },
  { page: 'running', icon: CirclePlay },
  { page: 'chat', icon: MessagesSquare },
  { page: 'settings', icon: Settings },
];

/** Which entry of the rail a route belongs to. */
export function railPageOf(route: Route): RailPage['page'] | null {
  if (route.page === 'not-found') return null;
  return route.page === 'nim' ? 'running' : route.page;
}

export function Rail({ route }: { route: Route }) {
  const current = railPageOf(route);
  return (
    <nav
      aria-label={words.shell.navigation}
      className="flex w-20 shrink-0 flex-col items-stretch gap-1 border-r border-line bg-surface px-1.5 py-3 xl:w-24"
    >
      <Logo className="mx-auto mb-3 size-8 text-accent" />
      {railPages.map(({ page, icon: Icon }) => (
        <a
          key={page}
          href={`#/${page}`}
          aria-current={page === current ? 'page' : undefined}
          className={cx(
            'flex flex-col items-center gap-1 rounded-lg px-1 py-2 text-xs font-medium transition-colors',
            page === current ? 'bg-accent-soft text-accent' : 'text-ink-soft hover:bg-hover hover:text-ink',
          )}
        >
          <Icon aria-hidden className="size-5" />
          {words.pages[page]}
        </a>
      ))}
    </nav>
  );
}
