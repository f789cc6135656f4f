import FolderPlus from 'lucide-react/icons/folder-plus';
import ArrowLeft from 'lucide-react/icons/arrow-left';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import Plus from 'lucide-react/icons/plus';
import Search from 'lucide-react/icons/search';
import Trash2 from 'lucide-react/icons/trash-2';
import Upload from 'lucide-react/icons/upload';
import { useCallback } from 'react';
import type { ChatListState, ConversationEntry } from '../../../shared/contract/chat-history.ts';
import type { AppError } from '../../../shared/errors.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { toHash } from '../../router.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Menu } from '../../ui/menu.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { ChatRows } from './chat-rows.tsx';
import { useImportChats } from './import-chats.tsx';
import { useConversationList } from './list-store.ts';
import { SearchHits } from './search-hits.tsx';
import { useChatDialogs } from './use-chat-dialogs.tsx';

interface ConversationListProps {
  /** Undefined until it has come. */
  chats: ChatListState | undefined;
  failure: AppError | null;
  currentId: string | null;
  onRemove: (conversation: ConversationEntry) => void;
}

const icon = 'size-icon';
const countOf = ({ pinned, loose, folders }: ChatListState) =>
  pinned + loose + folders.reduce((sum, { count }) => sum + count, 0);

/** All chats: pinned, in folders and the rest; found by words in them; and those that were deleted. */
export function ConversationList({ chats, failure, currentId, onRemove }: ConversationListProps) {
  const { search, view, isOpen, setSearch, setView, setOpen } = useConversationList();
  const importing = useImportChats();
  const dialogs = useChatDialogs(chats?.folders ?? []);
  const isBin = view === 'bin';
  const isSearching = search.trim() !== '' && !isBin;
  const close = useCallback(() => setOpen(false), [setOpen]);
  return (
    <aside
      aria-label={words.chat.conversations}
      className={cx(
        'w-60 shrink-0 flex-col gap-2 border-r border-line bg-ground p-3 md:flex xl:w-72',
        // Over the chat where there is no room beside it.
        isOpen ? 'flex max-md:absolute max-md:inset-y-0 max-md:left-0 max-md:z-20 max-md:shadow-popup' : 'hidden',
      )}
    >
      {isBin ? (
        <BinHead count={chats?.bin ?? 0} onBack={() => setView('chats')} onEmpty={dialogs.onEmptyBin} />
      ) : (
        <div className="flex gap-1">
          <a
            href={toHash({ page: 'chat', conversationId: null, nimId: null })}
            className={cx(buttonClass(), 'min-w-0 flex-1')}
          >
            <Plus aria-hidden className={icon} />
            {words.chat.newChat}
          </a>
          <Menu
            label={words.chat.listActions}
            icon={<EllipsisVertical aria-hidden className={icon} />}
            actions={[
              {
                label: words.chat.newFolder,
                icon: <FolderPlus aria-hidden className={icon} />,
                onSelect: dialogs.onNewFolder,
              },
              {
                label: words.chat.import,
                icon: <Upload aria-hidden className={icon} />,
                disabled: importing.isRunning,
                onSelect: importing.choose,
              },
              {
                label: words.chat.bin(chats?.bin ?? 0),
                icon: <Trash2 aria-hidden className={icon} />,
                onSelect: () => setView('bin'),
              },
            ]}
          />
        </div>
      )}
      {importing.element}
      {!isBin && chats !== undefined && countOf(chats) > 0 && (
        <div className="flex">
          <SearchInput
            isPageSearch
            label={words.chat.search}
            value={search}
            onChange={setSearch}
            icon={<Search aria-hidden className={icon} />}
          />
        </div>
      )}
      {failure !== null && <ErrorCard failure={failure} />}
      {chats === undefined && failure === null && <SkeletonList rows={5} rowClassName="h-11" />}
      {chats !== undefined && !isBin && countOf(chats) === 0 && (
        <p className="px-2 text-sm text-ink-soft">{words.chat.noConversations}</p>
      )}
      {isSearching && <SearchHits text={search} onOpen={close} />}
      {chats !== undefined && !isSearching && (
        <ChatRows
          // Another list begins at its top.
          key={view}
          chats={chats}
          view={view}
          currentId={currentId}
          actions={{ ...dialogs.actions, onRemove }}
          folderActions={dialogs.folderActions}
          onOpen={close}
        />
      )}
      {dialogs.element}
    </aside>
  );
}

function BinHead({ count, onBack, onEmpty }: { count: number; onBack: () => void; onEmpty: () => void }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-1">
        <Button icon={<ArrowLeft aria-hidden className={icon} />} onClick={onBack}>
          {words.chat.backToChats}
        </Button>
      </div>
      <p className="px-2 text-sm text-ink-soft">{count === 0 ? words.chat.binEmpty : words.chat.binHint}</p>
      {count > 0 && (
        <div>
          <Button size="small" icon={<Trash2 aria-hidden className={icon} />} onClick={onEmpty}>
            {words.chat.emptyBin}
          </Button>
        </div>
      )}
    </div>
  );
}
