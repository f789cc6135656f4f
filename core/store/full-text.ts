import type { DatabaseSync } from 'node:sqlite';
import { storeErrorCode } from './sqlite-errors.ts';

/** What belongs to the index, which is made from the messages and can be made again: no part of the schema that is proved. */
export const fullTextNames = 'message_search%';

// An answer is indexed when it has ended, not at each of its saves. 'delete' must be told what was indexed.
const isIndexed = (row: 'old' | 'new') =>
  `coalesce(json_extract(${row}.turn, '$.state'), '') NOT IN ('waiting', 'streaming')`;
const add = `INSERT INTO message_search (rowid, text, reasoning)
             SELECT new.number, search_text(new.text), search_text(new.reasoning) WHERE ${isIndexed('new')};`;
const drop = `INSERT INTO message_search (message_search, rowid, text, reasoning)
              SELECT 'delete', old.number, search_text(old.text), search_text(old.reasoning) WHERE ${isIndexed('old')};`;

const triggers = {
  message_search_insert: `AFTER INSERT ON messages BEGIN ${add} END`,
  message_search_delete: `AFTER DELETE ON messages BEGIN ${drop} END`,
  message_search_update: `AFTER UPDATE OF text, reasoning, turn ON messages BEGIN ${drop} ${add} END`,
};

/** Whether this SQLite has FTS5. */
function isThere(database: DatabaseSync): boolean {
  try {
    database.exec('CREATE VIRTUAL TABLE temp.full_text_probe USING fts5(text); DROP TABLE temp.full_text_probe');
    return true;
  } catch (error) {
    // "no such module": this SQLite was built without it, and search takes another way.
    if (storeErrorCode(error) !== null) throw error;
    return false;
  }
}

const has = (database: DatabaseSync, name: string) =>
  database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;

/**
 * The full-text index over messages, kept by triggers, so that whoever writes a message cannot forget it. Made, and filled,
 * when it is not there or was not kept.
 * @returns whether search can use it
 */
export function setUpFullText(database: DatabaseSync): boolean {
  const canIndex = isThere(database);
  if (!has(database, 'messages')) return canIndex;
  if (!canIndex) {
    // A message must be kept all the same; without its triggers the index is known to be old.
    for (const name of Object.keys(triggers)) database.exec(`DROP TRIGGER IF EXISTS ${name}`);
    return false;
  }
  if (Object.keys(triggers).every((name) => has(database, name))) return true;
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(`
      DROP TABLE IF EXISTS message_search;
      CREATE VIEW IF NOT EXISTS message_search_source AS
        SELECT number, search_text(text) AS text, search_text(reasoning) AS reasoning FROM messages
        WHERE coalesce(json_extract(turn, '$.state'), '') NOT IN ('waiting', 'streaming');
      CREATE VIRTUAL TABLE message_search USING fts5(
        text, reasoning, content = 'message_search_source', content_rowid = 'number',
        tokenize = 'unicode61 remove_diacritics 2'
      );
      -- What is deleted leaves no word behind.
      INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
      INSERT INTO message_search (message_search) VALUES ('rebuild');
    `);
    for (const [name, text] of Object.entries(triggers)) {
      database.exec(`DROP TRIGGER IF EXISTS ${name}; CREATE TRIGGER ${name} ${text}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
  return true;
}
