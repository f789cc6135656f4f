import { create } from 'zustand';
import { noFilters, type ModelFilters } from './filter.ts';

interface FilterStore {
  filters: ModelFilters;
  change: (changes: Partial<ModelFilters>) => void;
  clear: () => void;
}

/** Kept while the page is away, so that coming back finds the same list. */
export const useFilters = create<FilterStore>()((set) => ({
  filters: noFilters,
  change: (changes) => set((state) => ({ filters: { ...state.filters, ...changes } })),
  clear: () => set({ filters: noFilters }),
}));
