import { create } from 'zustand';
import type { ChatParameters, ChatTarget } from '../../../shared/contract/chat.ts';
import { chatChoices, type ChatChoices } from '../../../shared/contract/conversations.ts';
import { ownStorageKey } from '../../core-choice.ts';
import type { DraftAttachment } from './attach.ts';

/** Tools and form of the next answers. */
export type Extras = Readonly<ChatChoices>;

export const noExtras: Extras = { tools: [], toolChoice: 'auto', isAutomatic: false, format: null };

/** A whole message that waits for the answer before it. */
export interface Waiting {
  text: string;
  attachments: readonly DraftAttachment[];
  /** It was sent by itself already; where it is still here, that failed. */
  isGoing?: boolean;
}

type By<T> = Readonly<Record<string, T>>;

interface Drafts {
  /** Text not sent yet, by conversation; `new` for one that does not exist yet. So is everything here. */
  texts: By<string>;
  /** Chosen in this page. */
  targets: By<ChatTarget>;
  parameters: By<ChatParameters>;
  extras: By<Extras>;
  attachments: By<readonly DraftAttachment[]>;
  waiting: By<Waiting>;
  setText: (conversation: string, text: string) => void;
  setTarget: (conversation: string, target: ChatTarget) => void;
  setParameters: (conversation: string, parameters: ChatParameters) => void;
  setExtras: (conversation: string, extras: Extras) => void;
  attach: (conversation: string, more: readonly DraftAttachment[]) => void;
  detach: (conversation: string, attachment: DraftAttachment) => void;
  clearAttachments: (conversation: string) => void;
  setWaiting: (conversation: string, waiting: Waiting | null) => void;
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

const choicesKey = ownStorageKey('nimdeck.choices');

/** Of a chat that does not exist yet; one that does has its own in core. */
function readChoices(): Record<string, Extras> {
  try {
    return { [newConversation]: chatChoices.parse(JSON.parse(sessionStorage.getItem(choicesKey) ?? '')) };
  } catch {
    // None, not ours, or damaged.
    return {};
  }
}

function without<T>(all: By<T>, key: string): By<T> {
  const { [key]: _gone, ...others } = all;
  return others;
}

function moved<T>(all: By<T>, to: string): By<T> {
  const { [newConversation]: value, ...others } = all;
  return value === undefined ? others : { ...others, [to]: value };
}

export const useDrafts = create<Drafts>()((set) => ({
  texts: readTexts(),
  targets: {},
  parameters: {},
  extras: readChoices(),
  attachments: {},
  waiting: {},
  setText: (conversation, text) =>
    set((state) => {
      const others = without(state.texts, conversation);
      const texts = text === '' ? others : { ...others, [conversation]: text };
      sessionStorage.setItem(storageKey, JSON.stringify(texts));
      return { texts };
    }),
  setTarget: (conversation, target) => set((state) => ({ targets: { ...state.targets, [conversation]: target } })),
  setParameters: (conversation, parameters) =>
    set((state) => ({ parameters: { ...state.parameters, [conversation]: parameters } })),
  setExtras: (conversation, extras) => {
    if (conversation === newConversation) sessionStorage.setItem(choicesKey, JSON.stringify(extras));
    set((state) => ({ extras: { ...state.extras, [conversation]: extras } }));
  },
  attach: (conversation, more) =>
    set((state) => ({
      attachments: { ...state.attachments, [conversation]: [...(state.attachments[conversation] ?? []), ...more] },
    })),
  detach: (conversation, attachment) =>
    set((state) => ({
      attachments: {
        ...state.attachments,
        [conversation]: (state.attachments[conversation] ?? []).filter((each) => each !== attachment),
      },
    })),
  clearAttachments: (conversation) => set((state) => ({ attachments: without(state.attachments, conversation) })),
  setWaiting: (conversation, waiting) =>
    set((state) => ({
      waiting: waiting === null ? without(state.waiting, conversation) : { ...state.waiting, [conversation]: waiting },
    })),
  adopt: (conversationId) => {
    sessionStorage.removeItem(choicesKey);
    set((state) => ({
      targets: moved(state.targets, conversationId),
      parameters: moved(state.parameters, conversationId),
      extras: moved(state.extras, conversationId),
      waiting: moved(state.waiting, conversationId),
    }));
  },
}));

/** The actions alone: they are the same from render to render. */
export const draftActions: Omit<Drafts, 'texts' | 'targets' | 'parameters' | 'extras' | 'attachments' | 'waiting'> =
  useDrafts.getState();
