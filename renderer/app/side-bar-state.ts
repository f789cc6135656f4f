import { create } from 'zustand';
import { rememberSideBar, wasSideBarWide } from './side-bar-width.ts';

interface SideBar {
  /** Names beside the icons. */
  isWide: boolean;
  toggle: () => void;
}

export const useSideBar = create<SideBar>()((set) => ({
  isWide: wasSideBarWide(),
  toggle: () =>
    set(({ isWide }) => {
      rememberSideBar(!isWide);
      return { isWide: !isWide };
    }),
}));
