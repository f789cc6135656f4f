import './styles.css';
import { frames } from 'virtual:early-frames';
import { showEarlyFrame } from './app/show-early-frame.ts';
import { applyRememberedLook } from './app/theme.ts';
import { takeCore } from './core-choice.ts';
import { loadPart } from './load-part.ts';
import { takeToken } from './token.ts';
import { language } from './words/language.ts';

applyRememberedLook();
// A new address pasted into this tab changes only the fragment, which loads nothing anew by itself.
window.addEventListener('hashchange', () => {
  if (window.location.hash.startsWith('#token=')) window.location.reload();
});
const shell = window.nimdeckBridge === undefined ? 'browser' : 'desktop';
const isRefused = takeToken(window) === null && shell === 'browser';
const core = takeCore(window);
const container = document.getElementById('root');
if (container === null) throw new Error('index.html has no #root');

// Whoever has no token sees nothing but that; whoever reads another language waits for its words.
const early = isRefused || language !== frames.language ? null : showEarlyFrame(container, frames, core);

/** Where a browser does not tell. */
const longestWaitMs = 300;

/**
 * Not before the first frame is on the screen: what is loaded now keeps this page and its processors busy for a while. The
 * browser tells when it is; a callback for a frame comes when the pixels of that frame have yet to be made.
 */
const whenDrawn = () =>
  new Promise<void>((resolve) => {
    if (early === null || document.visibilityState === 'hidden') return resolve();
    new PerformanceObserver((list, observer) => {
      if (list.getEntriesByName('first-contentful-paint').length === 0) return;
      observer.disconnect();
      resolve();
    }).observe({ type: 'paint', buffered: true });
    setTimeout(resolve, longestWaitMs);
  });

async function loadApp(at: HTMLElement): Promise<void> {
  try {
    const { startApp } = await loadPart(() => import('./start-app.tsx'));
    startApp(at, early?.end() ?? null);
  } catch (error) {
    early?.fail();
    throw error;
  }
}

void whenDrawn().then(() => loadApp(container));
