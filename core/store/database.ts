import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { placeFault, writeFault } from '../data-folder.ts';
import { type Notice, setAside } from '../lib/set-aside.ts';
import { isDiskFull } from '../lib/write-error.ts';
import { backUpOf, backUpsOf } from './back-ups.ts';
import { fullTextNames, setUpFullText } from './full-text.ts';
import { addFunctions } from './functions.ts';
import { salvage } from './salvage.ts';
import { READONLY, storeErrorCode } from './sqlite-errors.ts';

export interface OpenedDatabase {
  database: DatabaseSync;
  notices: Notice[];
  hasFullText: boolean;
}

export interface OpenOptions {
  /** Milliseconds since 1970, for the names of what is set aside. */
  now: number;
  migrations: readonly string[];
  /** Another program that copies the file may hold it for a moment. */
  busyTimeoutMs?: number;
}

const keptBackups = 3;

function firstValue(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}

const versionOf = (database: DatabaseSync) => Number(firstValue(database, 'PRAGMA user_version'));

/** Two connections may never see half a step: steps and number change in one transaction. */
function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  const version = versionOf(database);
  if (version >= migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** A whole, compact copy beside the file, before its form changes; the oldest copies go. */
function backUp(database: DatabaseSync, file: string, version: number): void {
  const copy = backUpOf(file, version);
  rmSync(copy, { force: true });
  // VACUUM INTO accepts an empty file, which is how the copy gets its mode before its content.
  closeSync(openSync(copy, 'wx', 0o600));
  database.prepare('VACUUM INTO ?').run(copy);
  for (const old of backUpsOf(file).slice(keptBackups)) rmSync(old, { force: true });
}

/** Opens what is there; throws when it cannot be used as it is. */
function openFile(file: string, { migrations, busyTimeoutMs = 5000 }: OpenOptions): DatabaseSync | 'newer' {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    addFunctions(database);
    // 1.5 ms a MB (measured with 100 MB), in the worker: cheap enough to find damage at every start instead of in mid-use.
    const check = firstValue(database, 'PRAGMA quick_check(1)');
    if (check !== 'ok') throw new DamagedError(String(check));
    const version = versionOf(database);
    if (version > migrations.length) {
      database.close();
      return 'newer';
    }
    // WAL with NORMAL: a killed process loses no committed transaction, a power cut at most the last ones.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216');
    // Who removes a chat for good wants its text gone from the disk, not only from the lists.
    database.exec('PRAGMA secure_delete = ON');
    if (version > 0 && version < migrations.length) backUp(database, file, version);
    migrate(database, migrations);
    proveSchema(database, migrations);
    proveWritable(database);
    setUpFullText(database);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

class DamagedError extends Error {}

/** SQLite keeps a table's statement as it was typed: how a step is indented is no difference. */
const schemaOf = (database: DatabaseSync) =>
  JSON.stringify(
    database
      .prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE ? ORDER BY type, name')
      .all(fullTextNames),
  ).replaceAll(/(?:\\[nt]|\s)+/g, ' ');

/** One wrong byte in the list of tables renames a column: quick_check finds nothing in that, the first statement does. */
function proveSchema(database: DatabaseSync, migrations: readonly string[]): void {
  const model = new DatabaseSync(':memory:');
  migrate(model, migrations);
  const expected = schemaOf(model);
  model.close();
  if (schemaOf(database) !== expected) throw new DamagedError('its tables are not those that were made');
}

/** A header with a wrong format number (byte 18) opens and reads, but takes no write (https://sqlite.org/fileformat.html). */
function proveWritable(database: DatabaseSync): void {
  try {
    // Beginning a transaction is not enough: only a write is refused.
    database.exec(`PRAGMA user_version = ${versionOf(database)}`);
  } catch (error) {
    // The plain code: a folder or file system that may not be written has extended ones.
    if (error instanceof Error && 'errcode' in error && error.errcode === READONLY) {
      throw new DamagedError('it says of itself that it may not be written', { cause: error });
    }
    throw error;
  }
}

/** Whether the place is at fault (rights, space, locks), not what is in it. */
function isPlaceToBlame(error: unknown): boolean {
  if (error instanceof DamagedError) return false;
  const code = storeErrorCode(error);
  if (code !== null) return code !== 'STORE_DAMAGED';
  return error instanceof Error && 'syscall' in error;
}

/** A file in WAL mode says so in two bytes of its header, and a database in memory cannot have that mode. */
function loadIntoMemory(file: string, migrations: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  try {
    addFunctions(database);
    const bytes = readFileSync(file);
    if (bytes.length > 0) {
      bytes.fill(1, 18, 20);
      database.deserialize(bytes);
    }
    migrate(database, migrations);
    return database;
  } catch {
    // Not there or not readable: there is nothing to carry over, so an empty one serves.
    database.close();
    const empty = new DatabaseSync(':memory:');
    addFunctions(empty);
    migrate(empty, migrations);
    return empty;
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Opens the store whatever is there. What cannot be used is renamed and said in `notices`; where nothing can be written,
 * a database in memory takes its place, with what could be read.
 */
export function openDatabase(file: string, options: OpenOptions): OpenedDatabase {
  const notices: Notice[] = [];
  const opened = (database: DatabaseSync) => ({ database, notices, hasFullText: setUpFullText(database) });
  const makeFile = () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  };
  const beginAnew = (code: 'STORE_DAMAGED' | 'STORE_NEWER', reason: string): DatabaseSync => {
    const name = setAside(file, code === 'STORE_NEWER' ? 'newer' : 'damaged', options.now);
    makeFile();
    const database = openFile(file, options);
    if (database === 'newer') throw new Error('A new store cannot be newer than this Nimdeck.');
    const carriedOver = code === 'STORE_DAMAGED' ? salvage(join(dirname(file), name), database) : 0;
    const rest = carriedOver === 0 ? '' : ` What could still be read of it was carried over (${carriedOver} entries).`;
    notices.push({ code, message: `${reason} It was set aside as ${name}; a new store was begun.${rest}` });
    return database;
  };

  try {
    makeFile();
    let result: DatabaseSync | 'newer';
    try {
      result = openFile(file, options);
    } catch (error) {
      if (isPlaceToBlame(error)) throw error;
      result = beginAnew('STORE_DAMAGED', `${basename(file)} could not be read (${reasonOf(error)}).`);
    }
    if (result === 'newer') {
      result = beginAnew('STORE_NEWER', `${basename(file)} was written by a newer Nimdeck.`);
    }
    return opened(result);
  } catch (error) {
    if (!isPlaceToBlame(error)) throw error;
    // SQLite says of a full disk now that it is full, now that it could not read or open something.
    const isFull = storeErrorCode(error) === 'DISK_FULL' || isDiskFull(error) || isDiskFull(writeFault(dirname(file)));
    notices.push({
      code: isFull ? 'DISK_FULL' : 'STORE_NOT_WRITABLE',
      message: `${file} cannot be written (${reasonOf(placeFault(dirname(file)) ?? error)}). What is new is kept in memory and gone when Nimdeck ends.`,
    });
    return opened(loadIntoMemory(file, options.migrations));
  }
}
