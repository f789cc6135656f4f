import { create } from 'zustand';

interface ConversationListState {
  search: string;
  /** In a narrow window the list lies over the chat, and only when asked for. */
  isOpen: boolean;
  view: 'chats' | 'bin';
  /** Keys of the parts that are folded. */
  folded: ReadonlySet<string>;
  setSearch: (search: string) => void;
  setOpen: (isOpen: boolean) => void;
  setView: (view: 'chats' | 'bin') => void;
  toggle: (key: string) => void;
}

export const useConversationList = create<ConversationListState>()((set) => ({
  search: '',
  isOpen: false,
  view: 'chats',
  folded: new Set(),
  setSearch: (search) => set({ search }),
  setOpen: (isOpen) => set({ isOpen }),
  setView: (view) => set({ view, search: '' }),
  toggle: (key) =>
    set(({ folded }) => {
      const next = new Set(folded);
      if (!next.delete(key)) next.add(key);
      return { folded: next };
    }),
}));
