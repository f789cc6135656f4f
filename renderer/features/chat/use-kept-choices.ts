import { useEffect, useRef } from 'react';
import type { Conversation } from '../../../shared/contract/conversations.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { draftActions, type Extras, useDrafts } from './drafts.ts';

/** Tools and format as they were chosen for this chat, here or in another window, before or since its page was loaded. */
export function useKeptChoices(conversation: Conversation | null): void {
  const api = useApi();
  const id = conversation?.id ?? null;
  const kept = conversation?.choices ?? null;
  const chosen = useDrafts((store) => (id === null ? undefined : store.extras[id]));
  /** What was last taken from core or given to it, of which chat. */
  const agreed = useRef('');
  const { run: keep } = useAction((about: { conversationId: string; choices: Extras }) =>
    api.chat.keepChoices({ conversationId: about.conversationId, choices: { ...about.choices } }),
  );

  useEffect(() => {
    // What a new chat began with comes here before it is kept.
    if (id === null || kept === null) return;
    const text = id + JSON.stringify(kept);
    if (agreed.current === text) return;
    agreed.current = text;
    draftActions.setExtras(id, kept);
  }, [id, kept]);

  useEffect(() => {
    if (id === null || chosen === undefined) return;
    const text = id + JSON.stringify(chosen);
    if (agreed.current === text) return;
    agreed.current = text;
    keep({ conversationId: id, choices: chosen });
  }, [id, chosen, keep]);
}
