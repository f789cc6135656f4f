import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import Pencil from 'lucide-react/icons/pencil';
import Plus from 'lucide-react/icons/plus';
import Search from 'lucide-react/icons/search';
import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { Conversation } from '../../../shared/contract/chat.ts';
import type { AppError } from '../../../shared/errors.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { When } from '../../app/when.tsx';
import { toHash } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Menu } from '../../ui/menu.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { useConversationList } from './list-store.ts';
import { RenameConversationDialog } from './rename-dialog.tsx';

interface ConversationListProps {
  /** Undefined until they have come. */
  conversations: readonly Conversation[] | undefined;
  failure: AppError | null;
  currentId: string | null;
  onRemove: (conversation: Conversation) => void;
}

/** Every word must stand in the title or in the NIM's name. */
export function filterConversations(conversations: readonly Conversation[], search: string): readonly Conversation[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return conversations;
  return conversations.filter(({ title, nimName }) => {
    const text = `${title} ${nimName ?? ''}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

export function ConversationList({ conversations, failure, currentId, onRemove }: ConversationListProps) {
  const [renamed, setRenamed] = useState<Conversation | null>(null);
  const search = useConversationList((store) => store.search);
  const setSearch = useConversationList((store) => store.setSearch);
  const isOpen = useConversationList((store) => store.isOpen);
  const setOpen = useConversationList((store) => store.setOpen);
  const shown = conversations === undefined ? undefined : filterConversations(conversations, search);
  return (
    <aside
      aria-label={words.chat.conversations}
      className={cx(
        'w-60 shrink-0 flex-col gap-2 border-r border-line bg-ground p-3 md:flex xl:w-72',
        // Over the chat where there is no room beside it.
        isOpen ? 'flex max-md:absolute max-md:inset-y-0 max-md:left-0 max-md:z-20 max-md:shadow-popup' : 'hidden',
      )}
    >
      <a href={toHash({ page: 'chat', conversationId: null, nimId: null })} className={buttonClass()}>
        <Plus aria-hidden className="size-icon" />
        {words.chat.newChat}
      </a>
      {conversations !== undefined && conversations.length > 0 && (
        <div className="flex">
          <SearchInput
            isPageSearch
            label={words.chat.search}
            value={search}
            onChange={setSearch}
            icon={<Search aria-hidden className="size-icon" />}
          />
        </div>
      )}
      {failure !== null && <ErrorCard failure={failure} />}
      {conversations === undefined && failure === null && <SkeletonList rows={5} rowClassName="h-11" />}
      {conversations?.length === 0 && <p className="px-2 text-sm text-ink-soft">{words.chat.noConversations}</p>}
      {conversations !== undefined && conversations.length > 0 && shown?.length === 0 && (
        <p className="px-2 text-sm break-words text-ink-soft">{words.chat.noMatch(search.trim())}</p>
      )}
      <ul className="relative flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto">
        {shown?.map((conversation) => (
          <li
            key={conversation.id}
            className={cx(
              'group flex items-center rounded-md pr-1',
              conversation.id === currentId ? 'bg-accent-soft' : 'hover:bg-hover',
            )}
          >
            <a
              href={toHash({ page: 'chat', conversationId: conversation.id, nimId: null })}
              aria-current={conversation.id === currentId ? 'page' : undefined}
              onClick={() => setOpen(false)}
              className="min-w-0 flex-1 rounded-md px-2 py-1.5"
            >
              <span className="block truncate text-sm font-medium">{conversation.title}</span>
              <span className="block truncate text-xs text-ink-soft">
                <When at={conversation.updatedAt} />
                {conversation.nimName !== null && ` · ${conversation.nimName}`}
              </span>
            </a>
            <Menu
              size="small"
              label={words.chat.conversationActions(conversation.title)}
              icon={<EllipsisVertical aria-hidden className="size-icon" />}
              actions={[
                {
                  label: words.chat.rename,
                  icon: <Pencil aria-hidden className="size-icon" />,
                  onSelect: () => setRenamed(conversation),
                },
                {
                  label: words.chat.remove,
                  icon: <Trash2 aria-hidden className="size-icon" />,
                  isDanger: true,
                  onSelect: () => onRemove(conversation),
                },
              ]}
            />
          </li>
        ))}
      </ul>
      {renamed !== null && <RenameConversationDialog conversation={renamed} onClose={() => setRenamed(null)} />}
    </aside>
  );
}
