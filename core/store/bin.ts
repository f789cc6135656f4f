import { isAppError } from '../../shared/errors.ts';
import type { Store } from './store.ts';

/** How long what was removed can be brought back. */
const keptDays = 30;
const keptMs = keptDays * 24 * 60 * 60 * 1000;
/** A shell may run for weeks. */
const lookEveryMs = 6 * 60 * 60 * 1000;

export interface Bin {
  /** One that lies in the bin, or all (null). Answers how many. */
  erase(id: string | null): Promise<number>;
  /** Erases what has lain there for longer than 30 days, where the disk lets it. */
  eraseOld(): Promise<number>;
  close(): void;
}

interface BinOptions {
  store: Store;
  table: 'conversations' | 'comparisons';
  now: () => number;
  /** After what was erased by time; not at the first look, which is the caller's to wait for. */
  onErased: () => void;
}

export function createBin({ store, table, now, onErased }: BinOptions): Bin {
  async function eraseWhere(condition: string, values: readonly string[]): Promise<number> {
    const where = `deleted_at IS NOT NULL${condition}`;
    const rows = await store.all(`SELECT id FROM ${table} WHERE ${where}`, values);
    if (rows.length === 0) return 0;
    // First: where one of them stays, nothing was erased, and it can be tried again. What was set aside is not touched: it
    // may be all that is left of other chats, and whoever has it was told its name.
    await store.removeBackUps();
    // What belongs to them goes with them (ON DELETE CASCADE), and what search knows of it; freed pages are overwritten.
    await store.run({
      sql: `DELETE FROM ${table} WHERE deleted_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(rows.map((row) => row['id']))],
    });
    // What was written last still lies in the write-ahead file, with the text in it.
    await store.all('PRAGMA wal_checkpoint(TRUNCATE)');
    return rows.length;
  }

  async function eraseOld(): Promise<number> {
    try {
      return await eraseWhere(' AND deleted_at < ?', [new Date(now() - keptMs).toISOString()]);
    } catch (error) {
      // A full disk or the like keeps nobody from starting: the next look tries again.
      if (!isAppError(error)) throw error;
      return 0;
    }
  }

  const timer = setInterval(() => {
    void eraseOld().then(
      (count) => count > 0 && onErased(),
      // The store's worker has ended, which whoever needs it is told.
      () => {},
    );
  }, lookEveryMs).unref();

  return {
    erase: (id) => (id === null ? eraseWhere('', []) : eraseWhere(' AND id = ?', [id])),
    eraseOld,
    close: () => clearInterval(timer),
  };
}
