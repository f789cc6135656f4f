import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, type ReactNode } from 'react';
import type { SearchHit } from '../../../shared/contract/chat-history.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { When } from '../../app/when.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useAction } from '../../hooks/use-action.ts';
import { keys } from '../../query.ts';
import { navigate, toHash } from '../../router.ts';
import { Button } from '../../ui/button.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { useMessagePlaces } from './message-list-place.ts';

const hitsAtOnce = 30;

/** Text and places from core, put together as elements: nothing in a chat is ever read as markup. */
export function markedText({ snippet, marks }: Pick<SearchHit, 'snippet' | 'marks'>): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { from, length } of marks) {
    if (from > at) parts.push(snippet.slice(at, from));
    parts.push(
      <mark key={from} className="rounded-xs bg-warn-soft text-ink">
        {snippet.slice(from, from + length)}
      </mark>,
    );
    at = from + length;
  }
  if (at < snippet.length) parts.push(snippet.slice(at));
  return parts;
}

/** Where the words stand, in titles first, then in messages from the newest on. */
export function SearchHits({ text, onOpen }: { text: string; onOpen: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  // Typing comes first: a key never waits for hits.
  const wanted = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: keys.chatSearch(wanted),
    queryFn: ({ signal, pageParam }) =>
      api.chat.search({ text: wanted, from: pageParam, count: hitsAtOnce }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.hasMore ? pages.length * hitsAtOnce : undefined),
    placeholderData: (before) => before,
  });
  const open = useAction(
    async (hit: SearchHit) => {
      const { conversationId, messageId } = hit;
      if (messageId === null) return { conversationId, place: null };
      const { index } = await api.chat.choose({ messageId });
      return { conversationId, place: { conversationId, messageId, index } };
    },
    {
      onDone: ({ conversationId, place }) => {
        useMessagePlaces.getState().want(place);
        void client.resetQueries({ queryKey: keys.messages(conversationId) });
        navigate({ page: 'chat', conversationId, nimId: null });
        onOpen();
      },
    },
  );
  const hits = query.data?.pages.flatMap((page) => page.hits);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {query.isError && <ErrorCard failure={toAppError(query.error)} onRetry={() => void query.refetch()} />}
      {hits === undefined && !query.isError && <SkeletonList rows={4} rowClassName="h-14" />}
      <output className="sr-only">
        {hits !== undefined && !query.isFetching && words.chat.hits(hits.length, query.hasNextPage)}
      </output>
      {hits?.length === 0 && <p className="px-2 text-sm break-words text-ink-soft">{words.chat.noMatch(wanted)}</p>}
      <ul aria-label={words.chat.searchResults} className="flex flex-col gap-0.5 empty:hidden">
        {hits?.map((hit) => (
          <li key={`${hit.conversationId} ${hit.messageId}`}>
            <a
              href={toHash({ page: 'chat', conversationId: hit.conversationId, nimId: null })}
              onClick={(event) => {
                // Another tab shows what it shows; here the hit itself is gone to.
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                open.run(hit);
              }}
              className="block rounded-md px-2 py-1.5 hover:bg-hover"
            >
              <span className="block truncate text-sm font-medium">
                {hit.messageId === null ? markedText(hit) : hit.title}
              </span>
              {hit.messageId !== null && (
                <span className="line-clamp-2 text-xs break-words text-ink-soft">{markedText(hit)}</span>
              )}
              <span className="block text-2xs text-ink-soft">
                {hit.role !== null && `${words.chat.roles[hit.role]} · `}
                <When at={hit.at} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          size="small"
          variant="quiet"
          isBusy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {words.chat.moreHits}
        </Button>
      )}
    </div>
  );
}
