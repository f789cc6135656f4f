import { create } from 'zustand';

/** A message that is to be gone to, in a chat that may not be open yet. */
export interface WantedMessage {
  conversationId: string;
  messageId: string;
  /** Its place on the path. */
  index: number;
}

interface MessagePlaces {
  wanted: WantedMessage | null;
  want: (wanted: WantedMessage | null) => void;
}

/** Set by whoever leads to a message; taken away by the list once it is there. */
export const useMessagePlaces = create<MessagePlaces>()((set) => ({
  wanted: null,
  want: (wanted) => set({ wanted }),
}));

export const wantedIn = (conversationId: string | null): WantedMessage | null => {
  const { wanted } = useMessagePlaces.getState();
  return wanted?.conversationId === conversationId ? wanted : null;
};
