import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EarlyFrame } from './app/early-frame.tsx';
import { applyRememberedLook } from './app/theme.ts';
import { takeCore } from './core-choice.ts';
import { takeToken } from './token.ts';

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
const root = createRoot(container);

const draw = (hasFailed: boolean) =>
  root.render(
    <StrictMode>
      <EarlyFrame core={core} shell={shell} hasFailed={hasFailed} />
    </StrictMode>,
  );
// Whoever has no token sees nothing but that.
if (!isRefused) draw(false);

/** A page that nobody looks at draws no frame. */
const longestWaitMs = 100;

/** Not before the first frame is on the screen: what is loaded now keeps this page busy for a while. */
const whenDrawn = () =>
  new Promise<void>((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, longestWaitMs);
  });

async function loadApp(): Promise<void> {
  try {
    const { startApp } = await import('./start-app.tsx');
    startApp(root);
  } catch (error) {
    draw(true);
    throw error;
  }
}

void whenDrawn().then(loadApp);
