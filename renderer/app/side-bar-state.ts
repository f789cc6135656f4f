import { create } from 'zustand';

const storageKey = 'nimdeck.sideBar';

/** Narrower than this, names beside the icons would take the page's room. */
const roomyPixels = 1100;

interface SideBar {
  /** Names beside the icons. */
  isWide: boolean;
  toggle: () => void;
}

/** How this window was left last; the first time, as its width allows. */
export const useSideBar = create<SideBar>()((set) => ({
  isWide: (localStorage.getItem(storageKey) ?? (window.innerWidth >= roomyPixels ? 'wide' : 'narrow')) === 'wide',
  toggle: () =>
    set(({ isWide }) => {
      localStorage.setItem(storageKey, isWide ? 'narrow' : 'wide');
      return { isWide: !isWide };
    }),
}));
