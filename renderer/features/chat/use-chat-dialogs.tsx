import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowUp from 'lucide-react/icons/arrow-up';
import FolderMinus from 'lucide-react/icons/folder-minus';
import Pencil from 'lucide-react/icons/pencil';
import { type ReactNode, useState } from 'react';
import type { ChatFolder, ConversationEntry } from '../../../shared/contract/chat-history.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import type { MenuAction } from '../../ui/menu.tsx';
import { closeToasts, showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import type { ChatRowActions } from './chat-row.tsx';
import { ExportDialog } from './export-dialog.tsx';
import type { ListPart } from './list-rows.ts';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { aboutRemoved, isAboutRemoved } from './remove-conversation.ts';

type Open =
  | { kind: 'rename' | 'move' | 'export' | 'erase'; conversation: ConversationEntry }
  | { kind: 'new-folder' | 'empty-bin' }
  | { kind: 'rename-folder'; folder: ChatFolder };

const icon = 'size-icon';

/** Everything that the list asks before it does it, one at a time, and what it does at once. */
export function useChatDialogs(folders: readonly ChatFolder[]) {
  const api = useApi();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const pin = useAction(({ id, isPinned }: { id: string; isPinned: boolean }) =>
    api.chat.pin({ conversationId: id, isPinned }),
  );
  const restore = useAction(({ id }: ConversationEntry) => api.chat.restore({ conversationId: id }), {
    onDone: (_output, { id, title }) => {
      closeToasts((about) => about === aboutRemoved(id));
      showToast({ title: words.chat.restored(title) });
    },
  });
  const erase = useAction((conversationId: string | null) => api.chat.erase({ conversationId }), {
    onDone: (_output, id) => {
      closeToasts((about) => (id === null ? isAboutRemoved(about) : about === aboutRemoved(id)));
      close();
    },
  });
  const moveFolder = useAction((input: { folderId: string; beforeId: string | null }) => api.chat.moveFolder(input));
  const removeFolder = useAction((folderId: string) => api.chat.removeFolder({ folderId }));

  const actions: Omit<ChatRowActions, 'onRemove'> = {
    onRename: (conversation) => setOpen({ kind: 'rename', conversation }),
    onMove: (conversation) => setOpen({ kind: 'move', conversation }),
    onExport: (conversation) => setOpen({ kind: 'export', conversation }),
    onErase: (conversation) => setOpen({ kind: 'erase', conversation }),
    onPin: ({ id }, isPinned) => pin.run({ id, isPinned }),
    onRestore: (conversation) => restore.run(conversation),
  };

  function folderActions({ section }: ListPart): readonly MenuAction[] {
    if (section.kind !== 'folder') return [];
    const at = folders.findIndex(({ id }) => id === section.folderId);
    const folder = folders[at];
    if (folder === undefined) return [];
    const { id: folderId } = folder;
    return [
      {
        label: words.chat.rename,
        icon: <Pencil aria-hidden className={icon} />,
        onSelect: () => setOpen({ kind: 'rename-folder', folder }),
      },
      {
        label: words.chat.folderUp,
        icon: <ArrowUp aria-hidden className={icon} />,
        disabled: at === 0,
        onSelect: () => moveFolder.run({ folderId, beforeId: folders[at - 1]?.id ?? null }),
      },
      {
        label: words.chat.folderDown,
        icon: <ArrowDown aria-hidden className={icon} />,
        disabled: at === folders.length - 1,
        onSelect: () => moveFolder.run({ folderId, beforeId: folders[at + 2]?.id ?? null }),
      },
      {
        label: words.chat.removeFolder,
        icon: <FolderMinus aria-hidden className={icon} />,
        onSelect: () => removeFolder.run(folderId),
      },
    ];
  }

  function dialog(): ReactNode {
    if (open === null) return null;
    switch (open.kind) {
      case 'rename': {
        const { id, title } = open.conversation;
        return (
          <NameDialog
            title={words.chat.renameTitle}
            label={words.chat.renameLabel}
            name={title}
            onSave={(text) => api.chat.rename({ conversationId: id, title: text })}
            onClose={close}
          />
        );
      }
      case 'new-folder':
        return (
          <NameDialog
            title={words.chat.newFolderTitle}
            label={words.chat.folderName}
            name=""
            onSave={(name) => api.chat.createFolder({ name })}
            onClose={close}
          />
        );
      case 'rename-folder': {
        const { id, name } = open.folder;
        return (
          <NameDialog
            title={words.chat.renameFolderTitle}
            label={words.chat.folderName}
            name={name}
            onSave={(text) => api.chat.renameFolder({ folderId: id, name: text })}
            onClose={close}
          />
        );
      }
      case 'move':
        return <MoveDialog conversation={open.conversation} folders={folders} onClose={close} />;
      case 'export':
        return <ExportDialog conversation={open.conversation} onClose={close} />;
      case 'erase':
      case 'empty-bin':
      default: {
        const conversation = open.kind === 'erase' ? open.conversation : null;
        return (
          <ConfirmDialog
            isOpen
            onClose={close}
            title={conversation === null ? words.chat.emptyBinTitle : words.chat.eraseTitle(conversation.title)}
            confirmLabel={conversation === null ? words.chat.emptyBin : words.chat.erase}
            isBusy={erase.isRunning}
            keepLabel={words.common.cancel}
            onConfirm={() => erase.run(conversation?.id ?? null)}
          >
            {words.chat.eraseHint}
          </ConfirmDialog>
        );
      }
    }
  }

  return {
    actions,
    folderActions,
    onNewFolder: () => setOpen({ kind: 'new-folder' }),
    onEmptyBin: () => setOpen({ kind: 'empty-bin' }),
    element: dialog(),
  };
}
