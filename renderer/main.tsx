import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, createClient } from './app/app.tsx';
import { applyRememberedLook } from './app/theme.ts';
import { connectToShell } from './connection.ts';

applyRememberedLook();
// A new address pasted into this tab changes only the fragment, which loads nothing anew by itself.
window.addEventListener('hashchange', () => {
  if (window.location.hash.startsWith('#token=')) window.location.reload();
});
const connection = connectToShell(window);
const client = createClient(connection);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App connection={connection} client={client} />
  </StrictMode>,
);
