import { create } from 'zustand';
import type { ChatParameters } from '../../../shared/contract/chat.ts';
import { ownStorageKey } from '../../core-choice.ts';

interface Drafts {
  /** Text not sent yet, by conversation; `new` for one that does not exist yet. */
  texts: Readonly<Record<string, string>>;
  /** Chosen in this page, by conversation. */
  nims: Readonly<Record<string, string>>;
  parameters: Readonly<Record<string, ChatParameters>>;
  setText: (conversation: string, text: string) => void;
  setNim: (conversation: string, nimId: string) => void;
  setParameters: (conversation: string, parameters: ChatParameters) => void;
  /** A new conversation has got its id: what was chosen for it goes with it. */
  adopt: (conversationId: string) => void;
}

export const newConversation = 'new';

export const plainParameters: ChatParameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

const storageKey = ownStorageKey('nimdeck.drafts');

/** A draft survives a reload of the tab, but is nobody else's business: it stays in the tab's own storage. */
function readTexts(): Record<string, string> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // Not ours, or damaged: a draft is no reason not to start.
    return {};
  }
}

export const useDrafts = create<Drafts>()((set) => ({
  texts: readTexts(),
  nims: {},
  parameters: {},
  setText: (conversation, text) =>
    set((state) => {
      const { [conversation]: _earlier, ...others } = state.texts;
      const texts = text === '' ? others : { ...others, [conversation]: text };
      sessionStorage.setItem(storageKey, JSON.stringify(texts));
      return { texts };
    }),
  setNim: (conversation, nimId) => set((state) => ({ nims: { ...state.nims, [conversation]: nimId } })),
  setParameters: (conversation, parameters) =>
    set((state) => ({ parameters: { ...state.parameters, [conversation]: parameters } })),
  adopt: (conversationId) =>
    set((state) => {
      const nimId = state.nims[newConversation];
      const { [newConversation]: parameters, ...others } = state.parameters;
      return {
        nims: nimId === undefined ? state.nims : { ...state.nims, [conversationId]: nimId },
        parameters: parameters === undefined ? others : { ...others, [conversationId]: parameters },
      };
    }),
}));
