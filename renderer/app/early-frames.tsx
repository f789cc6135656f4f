import { renderToStaticMarkup } from 'react-dom/server';
import type { CoreName } from '../../shared/rpc/login.ts';
import { words } from '../words.ts';
import { language } from '../words/language.ts';
import { EarlyFrame } from './early-frame.tsx';
import { railPages } from './rail.tsx';

/** The early frame and its words as a page needs them: text, so that no page needs React or the catalogue for it. */
export interface EarlyFrames {
  language: string;
  /** HTML, with `home` as the current page. */
  wide: string;
  narrow: string;
  /** By page of the rail; `other` for all that are none. */
  titles: Record<CoreName, Record<string, string>>;
  notLoaded: string;
}

/** For the build, which has no page: see scripts/early-frames.ts. */
export function drawEarlyFrames(): EarlyFrames {
  const real = Object.fromEntries(railPages.map(({ page }) => [page, words.shell.pageTitle(words.pages[page])]));
  const titles = { ...real, other: words.common.appName };
  return {
    language,
    wide: renderToStaticMarkup(<EarlyFrame isWide />),
    narrow: renderToStaticMarkup(<EarlyFrame isWide={false} />),
    titles: {
      real: titles,
      practice: Object.fromEntries(
        Object.entries(titles).map(([page, title]) => [page, words.practice.pageTitle(title)]),
      ),
    },
    notLoaded: words.connection.notLoaded,
  };
}
