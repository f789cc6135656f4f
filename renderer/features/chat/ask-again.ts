import { createContext } from 'react';

export interface AskAgain {
  /** The answer that broke off. */
  messageId: string;
  isAsking: boolean;
  onAsk: () => void;
}

/** Offered under the last answer when it broke off; null where there is nothing to ask again. */
export const AskAgainContext = createContext<AskAgain | null>(null);
