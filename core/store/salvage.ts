import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { sqliteCode } from './sqlite-errors.ts';

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function names(database: DatabaseSync, sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .map((row) => String(row['name']));
}

/** Not what a full-text index keeps its own things in: that is made from the rows. */
const ownTablesOf = (database: DatabaseSync) =>
  names(
    database,
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );

const tablesOf = (database: DatabaseSync) =>
  names(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");

const columnsOf = (database: DatabaseSync, table: string) => names(database, `PRAGMA table_info(${quoted(table)})`);

/** Copies until the damage; what lies behind it is reached from the other end. */
function copyRows(from: DatabaseSync, to: DatabaseSync, table: string): number {
  const readable = columnsOf(from, table);
  const columns = columnsOf(to, table).filter((column) => readable.includes(column));
  if (columns.length === 0) return 0;
  const list = columns.map(quoted).join(', ');
  const places = columns.map(() => '?').join(', ');
  const insert = to.prepare(`INSERT OR IGNORE INTO ${quoted(table)} (${list}) VALUES (${places})`);
  let copied = 0;
  for (const order of ['ASC', 'DESC']) {
    try {
      // NOT INDEXED and rowid: the table itself is read, whatever became of its indexes.
      for (const row of from
        .prepare(`SELECT ${list} FROM ${quoted(table)} NOT INDEXED ORDER BY rowid ${order}`)
        .iterate()) {
        copied += Number(insert.run(...columns.map((column) => row[column] ?? null)).changes);
      }
      return copied;
    } catch (error) {
      // The damage, or a row that no longer fits; anything but SQLite's own word is a mistake of ours.
      if (sqliteCode(error) === null) throw error;
    }
  }
  return copied;
}

/** Without the help files that a reader would leave beside it; with them only where a crash has left some that count. */
function openUnchanged(file: string): DatabaseSync {
  if (existsSync(`${file}-wal`)) return new DatabaseSync(file, { readOnly: true });
  const address = pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  return new DatabaseSync(address, { readOnly: true });
}

/**
 * Carries over what can still be read of a damaged file, which itself is not changed.
 * @returns how many rows
 */
export function salvage(damagedFile: string, into: DatabaseSync): number {
  let from: DatabaseSync | null = null;
  into.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
  try {
    from = openUnchanged(damagedFile);
    // A file that is shorter than its header says is refused otherwise (lockBtree in SQLite's btree.c).
    from.enableDefensive(false);
    from.exec('PRAGMA writable_schema = ON');
    const readable = tablesOf(from);
    let copied = 0;
    for (const table of ownTablesOf(into)) if (readable.includes(table)) copied += copyRows(from, into, table);
    // A row whose parent lay in the damage leads nowhere.
    for (const row of into.prepare('PRAGMA foreign_key_check').all()) {
      const { table, rowid } = row;
      copied -= Number(into.prepare(`DELETE FROM ${quoted(String(table))} WHERE rowid = ?`).run(rowid ?? null).changes);
    }
    into.exec('COMMIT');
    return copied;
  } catch (error) {
    if (into.isTransaction) into.exec('ROLLBACK');
    // Not even its list of tables can be read, or there is no room for the rows: the new store begins empty.
    if (sqliteCode(error) === null) throw error;
    return 0;
  } finally {
    from?.close();
    into.exec('PRAGMA foreign_keys = ON');
  }
}
