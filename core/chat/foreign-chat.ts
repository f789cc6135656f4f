import type { ChatParameters, ChatTarget } from '../../shared/contract/answers.ts';
import type { ChatChoices, Message } from '../../shared/contract/conversations.ts';

export interface ForeignMessage {
  /** Its name in the file. */
  key: string;
  parentKey: string | null;
  role: Message['role'];
  text: string;
  reasoning: string;
  /** Null: the file does not say. */
  createdAt: string | null;
  model: string | null;
  turn: Message['turn'];
  extras: Message['extras'];
}

export interface ForeignChat {
  title: string;
  createdAt: string | null;
  updatedAt: string | null;
  nimName: string | null;
  target: ChatTarget | null;
  parameters: ChatParameters;
  /** Only our own files say which tools and format were chosen. */
  choices?: ChatChoices | null;
  leafKey: string | null;
  /** Each behind the one it follows. */
  messages: ForeignMessage[];
}

export interface Skipped {
  name: string;
  reason: string;
}

export type ReadChat = { chat: ForeignChat; skipped: Skipped[] } | { chat: null; skipped: Skipped[] };

const longestTitle = 200;
export const titleOf = (text: unknown, otherwise: string): string => {
  const title = typeof text === 'string' ? text.trim().replaceAll(/\s+/g, ' ').slice(0, longestTitle) : '';
  return title === '' ? otherwise : title;
};

/**
 * Each message behind the one it follows, as it must be written: as they stand where that is so already, else from the
 * beginnings on. One whose parent is not there, or that only goes in circles, follows what stands before it.
 */
export function inOrder(messages: readonly ForeignMessage[]): ForeignMessage[] {
  const placed = new Set<string>();
  const isInOrder = messages.every(({ key, parentKey }) => {
    placed.add(key);
    return parentKey === null || (parentKey !== key && placed.has(parentKey));
  });
  if (isInOrder) return [...messages];

  placed.clear();
  const children = Map.groupBy(messages, ({ parentKey }) => parentKey);
  const order: ForeignMessage[] = [];
  const place = (message: ForeignMessage): void => {
    if (placed.has(message.key)) return;
    placed.add(message.key);
    order.push(message);
  };
  children.get(null)?.forEach(place);
  for (let at = 0; at < order.length; at += 1) children.get(order[at]?.key ?? null)?.forEach(place);
  for (const message of messages) {
    if (!placed.has(message.key)) place({ ...message, parentKey: order.at(-1)?.key ?? null });
  }
  return order;
}
