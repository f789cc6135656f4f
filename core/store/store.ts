import type { Notice } from '../lib/set-aside.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Record<string, SqlValue>;
export interface Statement {
  sql: string;
  values?: readonly SqlValue[];
}

/**
 * One SQLite file in a worker thread. Statements of one call run in one transaction, calls run in order.
 * A write that cannot be kept fails with DISK_FULL, STORE_NOT_WRITABLE or STORE_DAMAGED.
 */
export interface Store {
  all(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  run(...statements: Statement[]): Promise<void>;
  /** The copies from before changes of its form hold what has been removed since. Throws STORE_NOT_WRITABLE when one stays. */
  removeBackUps(): Promise<void>;
  /** What was set aside at start (STORE_DAMAGED, STORE_NEWER) and under which name; STORE_NOT_WRITABLE: kept in memory only. */
  readonly notices: readonly Notice[];
  /** Whether FTS5 is there, probed at start. */
  readonly hasFullText: boolean;
  close(): Promise<void>;
}
