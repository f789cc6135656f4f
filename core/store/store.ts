export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Record<string, SqlValue>;
export interface Statement {
  sql: string;
  values?: readonly SqlValue[];
}

/** One SQLite file in a worker thread. Statements of one call run in one transaction, calls run in order. */
export interface Store {
  all(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  run(...statements: Statement[]): Promise<void>;
  /** What was set aside at start (STORE_DAMAGED, STORE_NEWER) and under which name. */
  readonly notices: readonly { code: 'STORE_DAMAGED' | 'STORE_NEWER'; message: string }[];
  close(): Promise<void>;
}
