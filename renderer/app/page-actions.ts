import { useEffect } from 'react';
import { create } from 'zustand';

/** What a shortcut or a command does depends on the page that is open. */
export type PageAction = 'stop' | 'remove' | 'newAudience' | `prompt-${PromptKey}`;
export type PromptKey = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

interface PageActions {
  actions: Readonly<Partial<Record<PageAction, () => void>>>;
  offer: (name: PageAction, act: () => void) => () => void;
}

export const usePageActions = create<PageActions>()((set) => ({
  actions: {},
  offer: (name, act) => {
    set(({ actions }) => ({ actions: { ...actions, [name]: act } }));
    return () =>
      set(({ actions }) => {
        if (actions[name] !== act) return {};
        const { [name]: _gone, ...others } = actions;
        return { actions: others };
      });
  },
}));

/**
 * Lends a page's action to its shortcut and to the command palette for as long as the page is there.
 * @param act null: not now; the same function from render to render
 */
export function usePageAction(name: PageAction, act: (() => void) | null): void {
  const offer = usePageActions((store) => store.offer);
  useEffect(() => (act === null ? undefined : offer(name, act)), [name, act, offer]);
}
