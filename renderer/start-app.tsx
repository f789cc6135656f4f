import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { App, createClient } from './app/app.tsx';
import { useDialogs } from './app/dialogs.ts';
import { type EarlyWishes, focusAsBefore } from './app/show-early-frame.ts';
import { connectToShell } from './connection.ts';

/** The whole app, in the place of the early frame; what had the focus there has it here. */
export function startApp(container: HTMLElement, wishes: EarlyWishes | null): void {
  const connection = connectToShell(window);
  const client = createClient(connection);
  const root = createRoot(container);
  flushSync(() =>
    root.render(
      <StrictMode>
        <App connection={connection} client={client} />
      </StrictMode>,
    ),
  );
  if (wishes === null) return;
  focusAsBefore(wishes);
  if (wishes.isPaletteWanted) useDialogs.getState().openPalette('all');
}
