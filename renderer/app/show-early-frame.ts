import type { CoreName } from '../../shared/rpc/login.ts';
import { parseRoute } from '../route.ts';
import type { EarlyFrames } from './early-frames.tsx';
import { railPageOf } from './rail-page.ts';
import { rememberSideBar, wasSideBarWide } from './side-bar-width.ts';

/** What was begun in the early frame, for the app to go on with. */
export interface EarlyWishes {
  /** Which link or button of the side bar has the focus, counted from 0; -1: none. */
  focused: number;
  isPaletteWanted: boolean;
}

export interface EarlyPage {
  /** The rest of the app could not be loaded: the server that had it is gone. */
  fail: () => void;
  /** Before the app takes its place. */
  end: () => EarlyWishes;
}

/** The links and buttons of the side bar, in their order, which is the same in the early frame and in the app. */
const railItems = () => [...document.querySelectorAll<HTMLElement>('nav :is(a, button)')];

/** Puts the early frame where the app will be, and answers its links and buttons. */
export function showEarlyFrame(container: HTMLElement, frames: EarlyFrames, core: CoreName): EarlyPage {
  let isPaletteWanted = false;
  let isWide = wasSideBarWide();
  let classes = { current: '', other: '' };

  const draw = () => {
    // SECURITY: drawn by our build, with nothing of anyone else in it.
    container.innerHTML = isWide ? frames.wide : frames.narrow;
    const [first, second] = container.querySelectorAll('nav a');
    classes = { current: first?.className ?? '', other: second?.className ?? '' };
    if (core === 'practice') container.querySelector('section')?.removeAttribute('hidden');
    markPage();
  };

  const markPage = () => {
    const route = parseRoute(window.location.hash);
    const page = railPageOf(route) ?? 'other';
    for (const link of container.querySelectorAll('nav a')) {
      const isCurrent = link.getAttribute('href') === `#/${page}`;
      link.className = isCurrent ? classes.current : classes.other;
      if (isCurrent) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    container.querySelector('nav')?.toggleAttribute('hidden', route.page === 'present');
    document.title = frames.titles[core][page] ?? document.title;
  };

  const onClick = ({ target }: Event) => {
    const button = target instanceof Element ? target.closest('nav button') : null;
    if (button === null) return;
    if (!button.hasAttribute('aria-expanded')) {
      isPaletteWanted = true;
      return;
    }
    isWide = !isWide;
    rememberSideBar(isWide);
    draw();
    container.querySelector<HTMLElement>('nav button[aria-expanded]')?.focus();
  };

  draw();
  window.addEventListener('hashchange', markPage);
  container.addEventListener('click', onClick);
  return {
    fail() {
      const main = container.querySelector('main');
      main?.setAttribute('aria-busy', 'false');
      const alert = document.createElement('p');
      alert.role = 'alert';
      alert.textContent = frames.notLoaded;
      main?.firstElementChild?.replaceChildren(alert);
    },
    end() {
      window.removeEventListener('hashchange', markPage);
      container.removeEventListener('click', onClick);
      return { focused: railItems().findIndex((item) => item === document.activeElement), isPaletteWanted };
    },
  };
}

/** In the app, what had the focus in the early frame. */
export function focusAsBefore({ focused }: EarlyWishes): void {
  railItems()[focused]?.focus();
}
