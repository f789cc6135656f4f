import { create } from 'zustand';

interface ConversationListState {
  search: string;
  /** In a narrow window the list lies over the chat, and only when asked for. */
  isOpen: boolean;
  setSearch: (search: string) => void;
  setOpen: (isOpen: boolean) => void;
}

export const useConversationList = create<ConversationListState>()((set) => ({
  search: '',
  isOpen: false,
  setSearch: (search) => set({ search }),
  setOpen: (isOpen) => set({ isOpen }),
}));
