import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import Pencil from 'lucide-react/icons/pencil';
import Plus from 'lucide-react/icons/plus';
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
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { RemoveConversationDialog, RenameConversationDialog } from './conversation-dialogs.tsx';

interface ConversationListProps {
  /** Undefined until they have come. */
  conversations: readonly Conversation[] | undefined;
  failure: AppError | null;
  currentId: string | null;
}

export function ConversationList({ conversations, failure, currentId }: ConversationListProps) {
  const [asks, setAsks] = useState<{ about: Conversation; to: 'rename' | 'remove' } | null>(null);
  return (
    <aside aria-label={words.chat.conversations} className="flex w-56 shrink-0 flex-col gap-2 p-3 xl:w-72">
      <a href={toHash({ page: 'chat', conversationId: null, nimId: null })} className={buttonClass()}>
        <Plus aria-hidden className="size-4" />
        {words.chat.newChat}
      </a>
      {failure !== null && <ErrorCard failure={failure} />}
      {conversations === undefined && failure === null && <SkeletonList rows={5} rowClassName="h-11" />}
      {conversations?.length === 0 && <p className="px-2 text-sm text-ink-soft">{words.chat.noConversations}</p>}
      <ul className="relative flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto">
        {conversations?.map((conversation) => (
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
              icon={<EllipsisVertical aria-hidden className="size-4" />}
              actions={[
                {
                  label: words.chat.rename,
                  icon: <Pencil aria-hidden className="size-4" />,
                  onSelect: () => setAsks({ about: conversation, to: 'rename' }),
                },
                {
                  label: words.chat.remove,
                  icon: <Trash2 aria-hidden className="size-4" />,
                  isDanger: true,
                  onSelect: () => setAsks({ about: conversation, to: 'remove' }),
                },
              ]}
            />
          </li>
        ))}
      </ul>
      {asks?.to === 'rename' && <RenameConversationDialog conversation={asks.about} onClose={() => setAsks(null)} />}
      {asks?.to === 'remove' && (
        <RemoveConversationDialog
          conversation={asks.about}
          isCurrent={asks.about.id === currentId}
          onClose={() => setAsks(null)}
        />
      )}
    </aside>
  );
}
