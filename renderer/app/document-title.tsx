import { useEffect } from 'react';
import { useIsPractice } from '../features/practice/use-practice.ts';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import type { Route } from '../router.ts';
import { words } from '../words.ts';
import { railPageOf } from './rail-page.ts';
import { useConversation } from './use-conversation.ts';

/** What the tab, the task bar and a screen reader call this page: the detail first, it is what tells tabs apart. */
export function DocumentTitle({ route }: { route: Route }) {
  const { data: list } = useStream(streams.nims);
  const conversation = useConversation(route.page === 'chat' ? route.conversationId : null);
  const { data: comparisons } = useStream(route.page === 'compare' ? streams.comparisons : null);
  const page = railPageOf(route);
  const detail =
    route.page === 'nim'
      ? list?.nims.find((nim) => nim.id === route.nimId)?.name
      : route.page === 'chat'
        ? conversation?.title
        : route.page === 'compare'
          ? comparisons?.find(({ id }) => id === route.comparisonId)?.title
          : undefined;
  const title =
    page === null
      ? words.common.appName
      : detail === undefined
        ? words.shell.pageTitle(words.pages[page])
        : words.shell.detailTitle(detail, words.pages[page]);
  const isPractice = useIsPractice();
  const shown = isPractice ? words.practice.pageTitle(title) : title;
  useEffect(() => {
    document.title = shown;
  }, [shown]);
  return null;
}
