import { measureElement, observeElementRect, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ChatListState, ConversationEntry } from '../../../shared/contract/chat-history.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { type MenuAction, SharedMenu } from '../../ui/menu.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { ChatRow, type ChatRowActions, menuOf } from './chat-row.tsx';
import { keyOf, layOut, type ListPart, partsOf } from './list-rows.ts';
import { useConversationList } from './list-store.ts';
import { PartHeading } from './part-heading.tsx';
import { useChatWindows } from './use-chat-windows.ts';
import { useReadAhead } from './use-messages.ts';

interface ChatRowsProps {
  chats: ChatListState;
  view: 'chats' | 'bin';
  currentId: string | null;
  actions: ChatRowActions;
  folderActions: (part: ListPart) => readonly MenuAction[];
  onOpen: () => void;
}

const rowPixels = 50;
const headingPixels = 30;
/** What is taken for the height of a list that has none yet. */
const firstPixels = 800;

/** The rows that can be seen, of however many chats: what is not near is neither read nor drawn. */
export function ChatRows({ chats, view, currentId, actions, folderActions, onOpen }: ChatRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const folded = useConversationList((store) => store.folded);
  const toggle = useConversationList((store) => store.toggle);
  const layout = useMemo(() => layOut(partsOf(chats, view, folded)), [chats, view, folded]);
  const estimateSize = (index: number) => (layout.at(index)?.kind === 'heading' ? headingPixels : rowPixels);
  // oxlint-disable-next-line react/incompatible-library -- nothing memoised depends on what it returns; no compiler runs here
  const virtualizer = useVirtualizer({
    count: layout.count,
    getScrollElement: () => scroller.current,
    estimateSize,
    // Rows that are not shown have no height, and as many of those as there are would fit.
    measureElement: (element, entry, instance) =>
      measureElement(element, entry, instance) || estimateSize(instance.indexFromElement(element)),
    overscan: 12,
    // Rows beyond the edge are there already: what is drawn next need not hold up the frame that scrolls.
    useFlushSync: false,
    gap: 2,
    initialRect: { width: 0, height: firstPixels },
    observeElementRect: (instance, onRect) =>
      observeElementRect(instance, (rect) => onRect(rect.height > 0 ? rect : { ...rect, height: firstPixels })),
  });
  const items = virtualizer.getVirtualItems();
  const rows = items.map(({ index }) => layout.at(index));
  const windows = useChatWindows(rows);
  const readAhead = useReadAhead();
  const [menu, setMenu] = useState<{ chat: ConversationEntry; at: HTMLElement } | null>(null);
  const toggleMenu = useCallback((chat: ConversationEntry, at: HTMLElement) => {
    setMenu((open) => (open?.at === at ? null : { chat, at }));
  }, []);
  // Its row may go at any time.
  useLayoutEffect(() => {
    if (menu?.at.isConnected === false) setMenu(null);
  }, [menu, items]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const places = [
      ...(scroller.current?.querySelectorAll<HTMLElement>('a[href], button[aria-expanded]') ?? []),
    ].filter((place) => !place.hasAttribute('aria-haspopup'));
    const at = places.findIndex((place) => place === document.activeElement);
    const next = places[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (at === -1 || next === undefined) return;
    event.preventDefault();
    next.focus();
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the arrows move between the links in it
    <div ref={scroller} onKeyDown={onKeyDown} className="relative min-h-0 flex-1 overflow-y-auto bg-ground">
      {windows.failure !== null && <ErrorCard failure={windows.failure} />}
      <ul
        aria-label={words.chat.lists[view]}
        className="relative empty:hidden"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map((item, slot) => {
          const row = rows[slot];
          if (row === undefined) return null;
          const chat = row.kind === 'chat' ? windows.entry(row.section, row.index) : undefined;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              aria-setsize={layout.count}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'heading' && (
                <PartHeading
                  part={row.part}
                  onToggle={() => toggle(keyOf(row.part.section))}
                  actions={folderActions(row.part)}
                />
              )}
              {row.kind === 'empty' && <p className="px-2 py-1 text-xs text-ink-soft">{words.chat.folderEmpty}</p>}
              {row.kind === 'chat' &&
                (chat === undefined ? (
                  <Skeleton className="h-11" />
                ) : (
                  <ChatRow
                    conversation={chat}
                    isCurrent={chat.id === currentId}
                    isMenuOpen={chat.id === menu?.chat.id}
                    onReach={readAhead}
                    onOpen={onOpen}
                    onMenu={toggleMenu}
                  />
                ))}
            </li>
          );
        })}
      </ul>
      <SharedMenu
        open={
          menu && {
            at: menu.at,
            label: words.chat.conversationActions(menu.chat.title),
            actions: menuOf(menu.chat, chats.folders.length > 0, actions),
          }
        }
        onClose={() => setMenu(null)}
      />
    </div>
  );
}
