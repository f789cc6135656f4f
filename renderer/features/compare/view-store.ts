import { create } from 'zustand';

interface CompareView {
  /** Columns scroll together. */
  isSynchronised: boolean;
  setSynchronised: (isSynchronised: boolean) => void;
  /** What is being typed, by comparison. */
  drafts: Readonly<Record<string, string>>;
  setDraft: (comparisonId: string, text: string) => void;
}

/** What only the page knows of comparisons, and keeps while one looks elsewhere. */
export const useCompareView = create<CompareView>()((set) => ({
  isSynchronised: false,
  setSynchronised: (isSynchronised) => set({ isSynchronised }),
  drafts: {},
  setDraft: (comparisonId, text) => set(({ drafts }) => ({ drafts: { ...drafts, [comparisonId]: text } })),
}));
