import ArchiveRestore from 'lucide-react/icons/archive-restore';
import Download from 'lucide-react/icons/download';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import FolderInput from 'lucide-react/icons/folder-input';
import Pencil from 'lucide-react/icons/pencil';
import Pin from 'lucide-react/icons/pin';
import PinOff from 'lucide-react/icons/pin-off';
import Trash2 from 'lucide-react/icons/trash-2';
import { memo } from 'react';
import type { ConversationEntry } from '../../../shared/contract/chat-history.ts';
import { When } from '../../app/when.tsx';
import { toHash } from '../../router.ts';
import { cx } from '../../ui/cx.ts';
import { type MenuAction, MenuButton } from '../../ui/menu.tsx';
import { words } from '../../words.ts';

/** What can be done with a chat of the list. */
export interface ChatRowActions {
  onRemove: (conversation: ConversationEntry) => void;
  onRename: (conversation: ConversationEntry) => void;
  onPin: (conversation: ConversationEntry, isPinned: boolean) => void;
  onMove: (conversation: ConversationEntry) => void;
  onExport: (conversation: ConversationEntry) => void;
  onRestore: (conversation: ConversationEntry) => void;
  onErase: (conversation: ConversationEntry) => void;
}

interface ChatRowProps {
  conversation: ConversationEntry;
  isCurrent: boolean;
  isMenuOpen: boolean;
  /** On its way to being opened: pressed, or chosen by key. */
  onReach: (conversationId: string) => void;
  onOpen: () => void;
  onMenu: (conversation: ConversationEntry, at: HTMLElement) => void;
}

const icon = 'size-icon';

export function menuOf(chat: ConversationEntry, canMove: boolean, actions: ChatRowActions): MenuAction[] {
  const exporting = {
    label: words.chat.export,
    icon: <Download aria-hidden className={icon} />,
    onSelect: () => actions.onExport(chat),
  };
  if (chat.deletedAt !== null) {
    return [
      {
        label: words.chat.restore,
        icon: <ArchiveRestore aria-hidden className={icon} />,
        onSelect: () => actions.onRestore(chat),
      },
      exporting,
      {
        label: words.chat.erase,
        icon: <Trash2 aria-hidden className={icon} />,
        isDanger: true,
        onSelect: () => actions.onErase(chat),
      },
    ];
  }
  const isPinned = chat.pinnedAt !== null;
  return [
    {
      label: words.chat.rename,
      icon: <Pencil aria-hidden className={icon} />,
      onSelect: () => actions.onRename(chat),
    },
    {
      label: isPinned ? words.chat.unpin : words.chat.pin,
      icon: isPinned ? <PinOff aria-hidden className={icon} /> : <Pin aria-hidden className={icon} />,
      onSelect: () => actions.onPin(chat, !isPinned),
    },
    {
      label: words.chat.move,
      icon: <FolderInput aria-hidden className={icon} />,
      disabled: !canMove,
      onSelect: () => actions.onMove(chat),
    },
    exporting,
    {
      label: words.chat.remove,
      icon: <Trash2 aria-hidden className={icon} />,
      isDanger: true,
      onSelect: () => actions.onRemove(chat),
    },
  ];
}

/** A list is as smooth as its rows are cheap: nothing in here is drawn again unless it changes. */
export const ChatRow = memo(function ChatRow(props: ChatRowProps) {
  const { conversation, isCurrent, isMenuOpen, onReach, onOpen, onMenu } = props;
  const { id, title, updatedAt, deletedAt, nimName } = conversation;
  const isUnread = conversation.isUnread && !isCurrent;
  return (
    <div className={cx('group flex items-center rounded-md pr-1', isCurrent ? 'bg-accent-soft' : 'hover:bg-hover')}>
      <a
        href={toHash({ page: 'chat', conversationId: id, nimId: null })}
        aria-current={isCurrent ? 'page' : undefined}
        onPointerDown={() => onReach(id)}
        onClick={() => {
          onReach(id);
          onOpen();
        }}
        className="min-w-0 flex-1 rounded-md px-2 py-1.5"
      >
        <span className={cx('flex items-center gap-2 text-sm', isUnread ? 'font-semibold' : 'font-medium')}>
          <span className="min-w-0 truncate">{title}</span>
          {isUnread && (
            <>
              <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent" />
              <span className="sr-only">{words.chat.unread}</span>
            </>
          )}
        </span>
        <span className="block truncate text-xs text-ink-soft">
          <When at={deletedAt ?? updatedAt} />
          {nimName !== null && ` · ${nimName}`}
        </span>
      </a>
      <MenuButton
        label={words.chat.conversationActions(title)}
        icon={<EllipsisVertical aria-hidden className={icon} />}
        isOpen={isMenuOpen}
        onToggle={(at) => onMenu(conversation, at)}
      />
    </div>
  );
});
