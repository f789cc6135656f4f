import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import type { Root } from 'react-dom/client';
import { App, createClient } from './app/app.tsx';
import { connectToShell } from './connection.ts';

/** The whole app, in the place of the early frame; what had the focus there has it here. */
export function startApp(root: Root): void {
  const connection = connectToShell(window);
  const client = createClient(connection);
  const focused = document.activeElement?.closest('nav a')?.getAttribute('href');
  flushSync(() =>
    root.render(
      <StrictMode>
        <App connection={connection} client={client} />
      </StrictMode>,
    ),
  );
  if (focused !== undefined && focused !== null)
    document.querySelector<HTMLElement>(`nav a[href="${CSS.escape(focused)}"]`)?.focus();
}
