import { type EngineFault, engineFaults, type Provoked } from './faults.ts';

/** Which faults wait for their occasion, and which last. */
export interface FaultBoard {
  set(fault: EngineFault, hasHappened: boolean): void;
  has(fault: EngineFault): boolean;
  /** The first of these that waits; it is taken by asking, and is over unless it lasts. */
  take(faults: readonly EngineFault[]): EngineFault | null;
  clear(fault: EngineFault): void;
  list(): readonly Provoked[];
  onChange(listener: () => void): () => void;
}

export function createFaultBoard(): FaultBoard {
  const provoked = new Map<EngineFault, boolean>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    set(fault, hasHappened) {
      provoked.set(fault, hasHappened);
      tell();
    },
    has: (fault) => provoked.has(fault),
    take(faults) {
      const taken = faults.find((fault) => provoked.get(fault) === false);
      if (taken === undefined) return null;
      if (engineFaults.some(({ id, lasts }) => id === taken && lasts)) provoked.set(taken, true);
      else provoked.delete(taken);
      tell();
      return taken;
    },
    clear(fault) {
      if (provoked.delete(fault)) tell();
    },
    list: () => [...provoked].map(([fault, hasHappened]) => ({ fault, hasHappened })),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
