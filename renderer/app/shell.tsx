import { useEffect, useRef } from 'react';
import { useConnection, useConnectionState } from '../api.tsx';
import { ImageDialog } from '../features/deploy/image-dialog.tsx';
import { RunDialog } from '../features/deploy/run-dialog.tsx';
import { PracticeBar } from '../features/practice/practice-bar.tsx';
import { RemoveNim } from '../features/running/remove-dialog.tsx';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { useRoute } from '../router.ts';
import { words } from '../words.ts';
import { Boundary } from './boundary.tsx';
import { keyboardOf } from './chord.ts';
import { ConnectionBanner, Refused } from './connection-banner.tsx';
import { DocumentTitle } from './document-title.tsx';
import { useFocusHeading, useHeadingKeys } from './focus-heading.ts';
import { Notices } from './notice-list.tsx';
import { CancelJobFromAnywhere } from './cancel-job.tsx';
import { CommandPalette } from './palette/command-palette.tsx';
import { ReadyCount } from './ready-count.tsx';
import { Routes } from './routes.tsx';
import { useOwnKeys } from './own-keys.ts';
import { listenForShortcuts } from './shortcuts.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { SideBar } from './side-bar.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';
import { StatusStrip } from './status-strip.tsx';
import { Toaster } from '../ui/toast.tsx';
import { applyLook } from './theme.ts';

/** The frame around every page: side bar, banners, page, status strip, and the dialogs that any page may open. */
export function Shell() {
  const route = useRoute();
  const { status } = useConnectionState();
  const { shell } = useConnection();
  const { data: settings } = useStream(streams.settings);
  const main = useRef<HTMLElement>(null);
  const { theme, contrast } = settings ?? {};
  const hasCharacterKeys = settings?.hasCharacterKeys ?? true;

  const ownKeys = settings?.shortcutKeys;
  const isPresenting = route.page === 'present';

  useEffect(() => {
    if (ownKeys !== undefined) useOwnKeys.setState({ keys: ownKeys });
    const keyboard = keyboardOf(navigator);
    return listenForShortcuts(window, { keyboard, shell, hasCharacterKeys, ownKeys: ownKeys ?? {}, isPresenting });
  }, [shell, hasCharacterKeys, ownKeys, isPresenting]);
  useEffect(() => {
    if (theme !== undefined && contrast !== undefined) applyLook({ theme, contrast });
  }, [theme, contrast]);
  useFocusHeading(main, route);
  useHeadingKeys(main);

  if (status === 'refused') return <Refused />;
  // Nothing of the frame: what it says (jobs, updates, failures, names of folders) is for one reader, not for a room.
  if (isPresenting)
    return (
      <main ref={main} id="main" tabIndex={-1} className="flex h-full min-w-0 flex-col outline-none">
        <DocumentTitle route={route} />
        <Boundary key={route.page}>
          <Routes route={route} />
        </Boundary>
      </main>
    );
  return (
    <div className="flex h-full flex-col">
      <DocumentTitle route={route} />
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
      {/* In a low window (200 % of 800 px) what stands above the page may take its room: then both scroll, and the page keeps some. */}
      <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
        <PracticeBar />
        <div className="flex min-h-72 flex-1">
          <SideBar route={route} ready={<ReadyCount />} />
          <main ref={main} id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
            <ConnectionBanner />
            <Notices />
            <Boundary key={route.page}>
              <Routes route={route} />
            </Boundary>
          </main>
        </div>
      </div>
      <StatusStrip />
      <RunDialog />
      <ImageDialog />
      <SignInDialog />
      <CancelJobFromAnywhere />
      <RemoveNim />
      <ShortcutsDialog />
      <CommandPalette />
      <Toaster />
    </div>
  );
}
