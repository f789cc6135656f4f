import { create } from 'zustand';

const storageKey = 'nimdeck.recentCommands';
const kept = 30;

interface RecentCommands {
  /** The last used first. */
  ids: readonly string[];
  use: (id: string) => void;
}

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string').slice(0, kept) : [];
  } catch {
    // Not ours, or damaged: then nothing was used last.
    return [];
  }
}

export const useRecentCommands = create<RecentCommands>()((set) => ({
  ids: read(),
  use: (id) =>
    set((state) => {
      const ids = [id, ...state.ids.filter((other) => other !== id)].slice(0, kept);
      localStorage.setItem(storageKey, JSON.stringify(ids));
      return { ids };
    }),
}));
