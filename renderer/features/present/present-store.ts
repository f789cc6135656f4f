import { create } from 'zustand';
import { ownStorageKey } from '../../core-choice.ts';

export const typeSizes = ['normal', 'large', 'huge'] as const;
export type TypeSize = (typeof typeSizes)[number];

interface PresentStore {
  size: TypeSize;
  /** Chosen in this window, as `keyOf` names it; null: whoever the conversation or the list suggests. */
  targetKey: string | null;
  setSize: (size: TypeSize) => void;
  setTarget: (targetKey: string) => void;
}

const storageKey = ownStorageKey('nimdeck.presentSize');

/** A room and its projector stay the same for longer than a page: the size is kept in this browser. */
function readSize(): TypeSize {
  const kept = localStorage.getItem(storageKey);
  return typeSizes.find((size) => size === kept) ?? 'normal';
}

export const usePresent = create<PresentStore>()((set) => ({
  size: readSize(),
  targetKey: null,
  setSize: (size) => {
    localStorage.setItem(storageKey, size);
    set({ size });
  },
  setTarget: (targetKey) => set({ targetKey }),
}));
