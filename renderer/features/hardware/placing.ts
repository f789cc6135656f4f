import { create } from 'zustand';
import type { FitSubject } from '../../../shared/contract/fit.ts';

/** What can be put somewhere: an image to be run, or a NIM that has ended, to be run anew with its own choices. */
export interface Candidate {
  subject: FitSubject;
  reference: string;
  name: string;
}

export const candidateKey = ({ subject }: Pick<Candidate, 'subject'>): string =>
  subject.kind === 'nim' ? subject.nimId : subject.reference;

interface Placing {
  /** Picked up, by key or by mouse; null: nothing is. */
  candidate: Candidate | null;
  /** Whether the pointer carries it: then the focus stays where it is. */
  isDragged: boolean;
  pick: (candidate: Candidate, isDragged?: boolean) => void;
  drop: () => void;
}

/** Which model the user is about to place; of the page alone. */
export const usePlacing = create<Placing>()((set) => ({
  candidate: null,
  isDragged: false,
  pick: (candidate, isDragged = false) => set({ candidate, isDragged }),
  drop: () => set({ candidate: null, isDragged: false }),
}));
