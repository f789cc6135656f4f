import { SkeletonList } from '../ui/skeleton.tsx';
import { words } from '../words.ts';
import { Rail } from './rail.tsx';

/**
 * What a page shows and answers before the rest of the app is loaded: the side bar, with links that lead where they say.
 * It knows no data and has no code: the build draws it, `showEarlyFrame` puts it there. `Shell` takes its place, in the
 * same places of the window.
 */
export function EarlyFrame({ isWide }: { isWide: boolean }) {
  return (
    <div className="flex h-full flex-col">
      <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
        <section
          hidden
          aria-label={words.practice.title}
          className="flex min-h-12 items-center border-t-4 border-b border-practice border-b-line bg-practice-soft px-4 text-sm"
        >
          <strong className="rounded-md bg-practice px-2.5 py-1 text-practice-ink">{words.practice.title}</strong>
        </section>
        <div className="flex min-h-72 flex-1">
          <Rail current="home" isWide={isWide} />
          <main aria-busy className="flex min-h-0 min-w-0 flex-1 flex-col px-gutter pt-20">
            <div className="mx-auto w-full max-w-page">
              <SkeletonList />
            </div>
          </main>
        </div>
      </div>
      <footer aria-label={words.shell.status} className="min-h-10 shrink-0 border-t border-line bg-surface" />
    </div>
  );
}
