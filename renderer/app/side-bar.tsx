import type { ReactNode } from 'react';
import type { Route } from '../router.ts';
import { useDialogs } from './dialogs.ts';
import { Rail } from './rail.tsx';
import { railPageOf } from './rail-page.ts';
import { useSideBar } from './side-bar-state.ts';
import { useKeysOf } from './use-shortcut-keys.ts';

/** @param ready how many NIMs can be talked to, where that is known */
export function SideBar({ route, ready }: { route: Route; ready: ReactNode }) {
  const { isWide, toggle } = useSideBar();
  const openPalette = useDialogs((dialogs) => dialogs.openPalette);
  return (
    <Rail
      current={railPageOf(route)}
      isWide={isWide}
      keysOf={useKeysOf()}
      onToggle={toggle}
      onPalette={() => openPalette('all')}
      ready={ready}
    />
  );
}
