// The whole app on a fake core, for looking at states that are hard to come by: `preview.html?state=many&theme=dark#/running`.
// Built by scripts/screenshots.ts only; the app itself does not contain it.
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, createClient } from './app/app.tsx';
import { createFakeConnection } from './testing/fake-connection.ts';
import { fakeSettings } from './testing/fake-data.ts';
import { createScenario, scenarioNames } from './testing/scenarios.ts';

const asked = new URLSearchParams(window.location.search);
const { fake, connection: state } = createScenario(scenarioNames.find((name) => name === asked.get('state')) ?? 'many');
const theme = asked.get('theme');
const contrast = asked.get('contrast') === 'more' ? 'more' : 'system';
if (theme === 'light' || theme === 'dark') fake.world.settings.set(fakeSettings({ theme, contrast }));

const connection = createFakeConnection(fake.api, state);
if (asked.get('state') === 'practice') connection.core = 'practice';
const root = document.getElementById('root');
if (root === null) throw new Error('preview.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App connection={connection} client={createClient(connection)} />
  </StrictMode>,
);
