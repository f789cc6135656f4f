import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Failure } from '../../shared/contract/common.ts';
import type { Notice } from '../lib/set-aside.ts';
import { openDatabase } from './database.ts';
import { migrations } from './migrations.ts';
import { storeErrorCode } from './sqlite-errors.ts';
import type { Row, SqlValue, Statement } from './store.ts';

export interface WorkerStart {
  file: string;
  now: number;
}

export type WorkerCall =
  | { kind: 'all'; sql: string; values: readonly SqlValue[] }
  | { kind: 'run'; statements: readonly Statement[] }
  | { kind: 'close' };

/** One for each call, in the order of the calls; the first says how opening went. */
export type WorkerReply =
  | { kind: 'opened'; notices: Notice[]; hasFullText: boolean }
  | { kind: 'rows'; rows: Row[] }
  | { kind: 'failed'; failure: Failure }
  /** The statement itself is wrong: a mistake of ours. */
  | { kind: 'mistake'; message: string };

// Statements come from a few dozen places in core; this bound only keeps a mistake from growing for ever.
const keptStatements = 200;

function serve(database: DatabaseSync, port: MessagePort, post: (reply: WorkerReply) => void): void {
  const prepared = new Map<string, StatementSync>();

  const prepare = (sql: string): StatementSync => {
    const kept = prepared.get(sql);
    if (kept !== undefined) return kept;
    if (prepared.size >= keptStatements) prepared.clear();
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };

  const execute = ({ sql, values = [] }: Statement) => prepare(sql).run(...values);

  const runAll = (statements: readonly Statement[]): void => {
    const [first] = statements;
    if (first !== undefined && statements.length === 1) {
      execute(first);
      return;
    }
    database.exec('BEGIN IMMEDIATE');
    try {
      statements.forEach(execute);
      database.exec('COMMIT');
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  const close = (): void => {
    prepared.clear();
    if (database.location() === null) return;
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // On a full or read-only disk the write-ahead file simply stays for the next start.
      if (storeErrorCode(error) === null) throw error;
    }
  };

  const answer = (call: WorkerCall): Row[] => {
    if (call.kind === 'all') return prepare(call.sql).all(...call.values);
    if (call.kind === 'run') runAll(call.statements);
    else close();
    return [];
  };

  port.on('message', (call: WorkerCall) => {
    try {
      post({ kind: 'rows', rows: answer(call) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = storeErrorCode(error);
      post(code === null ? { kind: 'mistake', message } : { kind: 'failed', failure: { code, message } });
    } finally {
      if (call.kind === 'close') {
        database.close();
        port.close();
      }
    }
  });
}

if (parentPort !== null) {
  const port = parentPort;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  const post = (reply: WorkerReply) => port.postMessage(reply);
  const { file, now }: WorkerStart = workerData;
  const { database, notices, hasFullText } = openDatabase(file, { now, migrations });
  serve(database, port, post);
  post({ kind: 'opened', notices, hasFullText });
}
