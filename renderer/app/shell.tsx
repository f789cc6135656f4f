import { useEffect, useRef } from 'react';
import { useConnectionState } from '../api.tsx';
import { ImageDialog } from '../features/deploy/image-dialog.tsx';
import { RunDialog } from '../features/deploy/run-dialog.tsx';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { useRoute } from '../router.ts';
import { words } from '../words.ts';
import { ConnectionBanner, Refused } from './connection-banner.tsx';
import { Notices } from './notice-list.tsx';
import { Rail, railPageOf } from './rail.tsx';
import { Routes } from './routes.tsx';
import { listenForShortcuts } from './shortcuts.ts';
import { SignInDialog } from './sign-in-dialog.tsx';
import { StatusStrip } from './status-strip.tsx';
import { applyTheme } from './theme.ts';

/** The frame around every page: rail, banner, page, status strip, and the dialogs that any page may open. */
export function Shell() {
  const route = useRoute();
  const { status } = useConnectionState();
  const { data: settings } = useStream(streams.settings);
  const main = useRef<HTMLElement>(null);
  const theme = settings?.theme;
  const page = railPageOf(route);
  const isFirst = useRef(true);

  useEffect(() => listenForShortcuts(window), []);

  useEffect(() => {
    if (theme !== undefined) applyTheme(theme);
  }, [theme]);

  // A screen reader must learn that another page is there; on the first one the reader begins at the top by itself.
  useEffect(() => {
    document.title = page === null ? words.common.appName : words.shell.pageTitle(words.pages[page]);
    // A page that has put the focus somewhere better (the composer of the chat) keeps it.
    const isInside = main.current?.contains(document.activeElement) === true;
    if (!isFirst.current && !isInside) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [page]);

  if (status === 'refused') return <Refused />;
  return (
    <div className="flex h-full flex-col">
      <a
        href="#main"
        className="absolute -top-12 left-2 z-50 rounded-md bg-accent px-3 py-2 text-accent-ink focus:top-2"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {words.common.skipToContent}
      </a>
      <div className="flex min-h-0 flex-1">
        <Rail route={route} />
        <main ref={main} id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          <ConnectionBanner />
          <Notices />
          <Routes route={route} />
        </main>
      </div>
      <StatusStrip />
      <RunDialog />
      <ImageDialog />
      <SignInDialog />
    </div>
  );
}
