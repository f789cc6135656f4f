import { useEffect } from 'react';
import { ApiProvider } from '../api.tsx';
import type { Connection } from '../connection.ts';
import { useRoute } from '../router.ts';
import { SkeletonList } from '../ui/skeleton.tsx';
import { words } from '../words.ts';
import { railPageOf, SideBar } from './side-bar.tsx';

interface EarlyFrameProps extends Pick<Connection, 'core' | 'shell'> {
  /** The rest of the app could not be loaded: the server that had it is gone. */
  hasFailed: boolean;
}

/**
 * What a page shows and answers before the rest of the app is loaded, in a fifth of its code: the side bar, with links
 * that lead where they say. It knows no data. `Shell` takes its place, in the same places of the window.
 */
export function EarlyFrame({ core, shell, hasFailed }: EarlyFrameProps) {
  const route = useRoute();
  const page = railPageOf(route);
  const title = page === null ? words.common.appName : words.shell.pageTitle(words.pages[page]);
  const shown = core === 'practice' ? words.practice.pageTitle(title) : title;
  useEffect(() => {
    document.title = shown;
  }, [shown]);
  return (
    <ApiProvider connection={notYet({ core, shell })}>
      <div className="flex h-full flex-col">
        <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
          {core === 'practice' && (
            <section
              aria-label={words.practice.title}
              className="flex min-h-12 items-center border-t-4 border-b border-practice border-b-line bg-practice-soft px-4 text-sm"
            >
              <strong className="rounded-md bg-practice px-2.5 py-1 text-practice-ink">{words.practice.title}</strong>
            </section>
          )}
          <div className="flex min-h-72 flex-1">
            {route.page !== 'present' && <SideBar route={route} />}
            <main aria-busy={!hasFailed} className="flex min-h-0 min-w-0 flex-1 flex-col px-gutter pt-20">
              <div className="mx-auto w-full max-w-page">
                {hasFailed ? <p role="alert">{words.connection.notLoaded}</p> : <SkeletonList />}
              </div>
            </main>
          </div>
        </div>
        <footer aria-label={words.shell.status} className="min-h-10 shrink-0 border-t border-line bg-surface" />
      </div>
    </ApiProvider>
  );
}

/** What the side bar has to know of a connection that nobody has opened yet. */
function notYet(known: Pick<Connection, 'core' | 'shell'>): Connection {
  const connecting = { status: 'connecting' } as const;
  return {
    ...known,
    get api(): never {
      throw new Error('The early frame asks for nothing.');
    },
    switchCore: () => {},
    getState: () => connecting,
    subscribe: () => () => {},
    retryNow: () => {},
  };
}
