import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { ChatSection, ConversationEntry } from '../../../shared/contract/chat-history.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useApi } from '../../api.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { keyOf, type ListRow } from './list-rows.ts';

/** Chats that are read at once: more than a screen holds, so that scrolling meets one border a page. */
const blockCount = 50;

export interface ChatWindows {
  /** Undefined until it was read. */
  entry(section: ChatSection, index: number): ConversationEntry | undefined;
  failure: AppError | null;
}

/** The chats of the rows that can be seen, in blocks; what changed is read again, and stands as it was until then. */
export function useChatWindows(rows: readonly (ListRow | undefined)[]): ChatWindows {
  const api = useApi();
  const wanted = new Map<string, { section: ChatSection; block: number }>();
  for (const row of rows) {
    if (row?.kind !== 'chat') continue;
    const block = Math.floor(row.index / blockCount);
    wanted.set(`${keyOf(row.section)} ${block}`, { section: row.section, block });
  }
  const blocks = [...wanted.values()];
  const results = useQueries({
    queries: blocks.map(({ section, block }) => ({
      queryKey: keys.chatSection(section, block),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.chat.list({ section, from: block * blockCount, count: blockCount }, { signal }),
      placeholderData: keepPreviousData,
    })),
  });
  const read = new Map([...wanted.keys()].map((key, index) => [key, results[index]?.data?.conversations]));
  const failed = results.find(({ error, data }) => error !== null && data === undefined)?.error;
  return {
    entry: (section, index) => read.get(`${keyOf(section)} ${Math.floor(index / blockCount)}`)?.[index % blockCount],
    failure: failed === undefined || failed === null ? null : toAppError(failed),
  };
}
