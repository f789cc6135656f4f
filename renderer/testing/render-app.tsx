import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, type RenderResult } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { StrictMode, type ReactNode } from 'react';
import { afterEach } from 'vitest';
import { ApiProvider } from '../api.tsx';
import { App, createClient } from '../app/app.tsx';
import { useDialogs } from '../app/dialogs.ts';
import { useOwnKeys } from '../app/own-keys.ts';
import { usePageActions } from '../app/page-actions.ts';
import { useRecentCommands } from '../app/palette/recent.ts';
import { useSideBar } from '../app/side-bar-state.ts';
import type { ConnectionState } from '../connection.ts';
import { useDrafts } from '../features/chat/drafts.ts';
import { useConversationList } from '../features/chat/list-store.ts';
import { useTurns } from '../features/chat/turns.ts';
import { useAnswers } from '../features/compare/answers.ts';
import { useCompareView } from '../features/compare/view-store.ts';
import { useFilters } from '../features/models/filter-store.ts';
import { usePresent } from '../features/present/present-store.ts';
import { createFakeApi, type FakeApi } from './fake-api.ts';
import { createFakeConnection, type FakeConnection } from './fake-connection.ts';

afterEach(cleanup);
configure({
  // A second, which is what it waits by itself, is short where other programs work beside the tests.
  asyncUtilTimeout: 10_000,
  // The whole tree in every message hides what is missing in it.
  getElementError: (message) => new Error(message ?? 'not found'),
});

export interface RenderedApp extends RenderResult {
  fake: FakeApi;
  connection: FakeConnection;
  user: UserEvent;
}

interface RenderOptions {
  fake?: FakeApi;
  connection?: ConnectionState;
  core?: FakeConnection['core'];
  shell?: FakeConnection['shell'];
  hash?: string;
}

/** What the page keeps for itself outlives a test's tree. */
function resetStores(): void {
  for (const store of [
    useDialogs,
    usePageActions,
    useOwnKeys,
    usePresent,
    useRecentCommands,
    useSideBar,
    useConversationList,
    useDrafts,
    useTurns,
    useFilters,
    useAnswers,
    useCompareView,
  ]) {
    const initial = store.getInitialState();
    // Each store's own initial state; the union of their types cannot say so.
    (store.setState as (state: unknown, replace: true) => void)(initial, true);
  }
  useDrafts.setState({ texts: {} });
  sessionStorage.clear();
  localStorage.clear();
}

/** The whole app, mounted twice as StrictMode does, on a fake core. */
export function renderApp({
  fake = createFakeApi(),
  connection: state,
  core = 'real',
  shell = 'desktop',
  hash = '#/models',
}: RenderOptions = {}): RenderedApp {
  resetStores();
  window.location.hash = hash;
  const connection = createFakeConnection(fake.api, state);
  connection.core = core;
  connection.shell = shell;
  const client = createClient(connection);
  const result = render(
    <StrictMode>
      <App connection={connection} client={client} />
    </StrictMode>,
  );
  return { ...result, fake, connection, user: userEvent.setup() };
}

/** A part of it. */
export function renderPart(
  part: ReactNode,
  { fake = createFakeApi(), connection: state }: RenderOptions = {},
): RenderedApp {
  resetStores();
  const connection = createFakeConnection(fake.api, state);
  const client = createClient(connection);
  const result = render(
    <StrictMode>
      <ApiProvider connection={connection}>
        <QueryClientProvider client={client}>{part}</QueryClientProvider>
      </ApiProvider>
    </StrictMode>,
  );
  return { ...result, fake, connection, user: userEvent.setup() };
}
