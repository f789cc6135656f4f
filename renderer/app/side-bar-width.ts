const storageKey = 'nimdeck.sideBar';

/** Narrower than this, names beside the icons would take the page's room. */
const roomyPixels = 1100;

/** How this window was left last; the first time, as its width allows. */
export function wasSideBarWide(): boolean {
  return (localStorage.getItem(storageKey) ?? (window.innerWidth >= roomyPixels ? 'wide' : 'narrow')) === 'wide';
}

export function rememberSideBar(isWide: boolean): void {
  localStorage.setItem(storageKey, isWide ? 'wide' : 'narrow');
}
