import type { ChatListState, ChatSection } from '../../../shared/contract/chat-history.ts';

/** A part of the list: a heading where it has one, and so many chats, which are read in windows. */
export interface ListPart {
  section: ChatSection;
  /** Null: no heading. */
  heading: { kind: 'pinned' | 'loose' | 'bin' } | { kind: 'folder'; name: string } | null;
  count: number;
  isOpen: boolean;
}

export type ListRow =
  | { kind: 'heading'; part: ListPart }
  /** A folder that holds nothing says so. */
  | { kind: 'empty'; part: ListPart }
  | { kind: 'chat'; section: ChatSection; index: number };

export interface ListLayout {
  count: number;
  /** Undefined outside of the list. */
  at(row: number): ListRow | undefined;
}

export const keyOf = (section: ChatSection): string =>
  section.kind === 'folder' ? `folder ${section.folderId}` : section.kind;

/**
 * Pinned chats, folders, and the rest; each can be folded but a rest that stands alone. In the bin only the bin.
 * @param folded keys of what is folded
 */
export function partsOf(state: ChatListState, view: 'chats' | 'bin', folded: ReadonlySet<string>): ListPart[] {
  const part = (section: ChatSection, count: number, heading: ListPart['heading']): ListPart => ({
    section,
    count,
    heading,
    isOpen: heading === null || !folded.has(keyOf(section)),
  });
  if (view === 'bin') return [part({ kind: 'bin' }, state.bin, null)];
  const isDivided = state.pinned > 0 || state.folders.length > 0;
  return [
    ...(state.pinned > 0 ? [part({ kind: 'pinned' }, state.pinned, { kind: 'pinned' })] : []),
    ...state.folders.map(({ id, name, count }) =>
      part({ kind: 'folder', folderId: id }, count, { kind: 'folder', name }),
    ),
    ...(state.loose > 0 ? [part({ kind: 'loose' }, state.loose, isDivided ? { kind: 'loose' } : null)] : []),
  ];
}

export function layOut(parts: readonly ListPart[]): ListLayout {
  const starts: number[] = [];
  let count = 0;
  for (const { heading, isOpen, count: chats } of parts) {
    starts.push(count);
    const hasEmpty = heading?.kind === 'folder' && chats === 0;
    count += (heading === null ? 0 : 1) + (isOpen ? chats + (hasEmpty ? 1 : 0) : 0);
  }
  return {
    count,
    at(row) {
      if (row < 0 || row >= count) return undefined;
      const index = starts.findLastIndex((start) => start <= row);
      const part = parts[index];
      if (part === undefined) return undefined;
      const within = row - (starts[index] ?? 0) - (part.heading === null ? 0 : 1);
      if (within < 0) return { kind: 'heading', part };
      return part.count === 0 ? { kind: 'empty', part } : { kind: 'chat', section: part.section, index: within };
    },
  };
}
