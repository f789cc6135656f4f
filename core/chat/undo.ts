import type { TakenConversation } from './conversations.ts';

/** What was removed a moment ago, in memory only: the disk has forgotten it already. */
export interface Undo {
  keep(id: string, taken: TakenConversation): void;
  /** Null: not removed, or too long ago. */
  take(id: string): TakenConversation | null;
  forgetAll(): void;
}

export function createUndo(keepMs: number): Undo {
  const kept = new Map<string, { taken: TakenConversation; timer: NodeJS.Timeout }>();
  const forget = (id: string) => {
    clearTimeout(kept.get(id)?.timer);
    kept.delete(id);
  };
  return {
    keep(id, taken) {
      forget(id);
      // Must not keep a terminal's process alive.
      const timer = setTimeout(() => kept.delete(id), keepMs).unref();
      kept.set(id, { taken, timer });
    },
    take(id) {
      const taken = kept.get(id)?.taken ?? null;
      forget(id);
      return taken;
    },
    forgetAll() {
      for (const id of kept.keys()) forget(id);
    },
  };
}
