import './styles.css';
import { frames } from 'virtual:early-frames';
import { showEarlyFrame } from './app/show-early-frame.ts';
import { applyRememberedLook } from './app/theme.ts';
import { takeCore } from './core-choice.ts';
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

/** A page that nobody looks at draws no frame. */
const longestWaitMs = 100;

/** Not before the first frame is on the screen: what is loaded now keeps this page busy for a while. */
const whenDrawn = () =>
  new Promise<void>((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, longestWaitMs);
  });

async function loadApp(at: HTMLElement): Promise<void> {
  try {
    const { startApp } = await import('./start-app.tsx');
    startApp(at, early?.end() ?? null);
  } catch (error) {
    early?.fail();
    throw error;
  }
}

void whenDrawn().then(() => loadApp(container));
