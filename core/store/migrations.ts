/**
 * One entry a step, in order; `user_version` is the number of steps done. An entry that was once released is never changed:
 * what it made is on people's disks.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    job TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_end ON jobs (ended_at);

  -- Runs that were stopped on request, so that their end is not shown as a failure.
  CREATE TABLE stopped_runs (
    container_id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    nim_name TEXT,
    parameters TEXT NOT NULL
  ) STRICT;
  CREATE INDEX conversations_by_update ON conversations (updated_at);

  CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id TEXT,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    created_at TEXT NOT NULL,
    turn TEXT
  ) STRICT;
  CREATE INDEX messages_by_position ON messages (conversation_id, position);
  -- Answers that were being written when core died are found at start without reading every message.
  CREATE INDEX messages_unfinished ON messages (id) WHERE json_extract(turn, '$.state') IN ('waiting', 'streaming');
  `,
  `
  -- What happened to containers; the engine keeps its own events for an hour at most. A key is said once for a container.
  CREATE TABLE nim_events (
    id INTEGER PRIMARY KEY,
    container_id TEXT NOT NULL,
    -- Of the engine that has the container, so that one that is gone from it can be told from one of another engine.
    engine_id TEXT,
    key TEXT NOT NULL,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    UNIQUE (container_id, key)
  ) STRICT;

  -- Starts that became ready: since when, and how long that took; kept when the container is removed.
  CREATE TABLE nim_starts (
    container_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    reference TEXT NOT NULL,
    ready_at TEXT NOT NULL,
    ready_since TEXT NOT NULL,
    phases TEXT NOT NULL,
    PRIMARY KEY (container_id, started_at)
  ) STRICT;
  CREATE INDEX nim_starts_by_reference ON nim_starts (reference, started_at);
  `,
  `
  -- Chats as trees. A folder that is gone leaves its chats where they are found without one, so nothing refers to it.
  CREATE TABLE chat_folders (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    position REAL NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  ALTER TABLE conversations ADD COLUMN folder_id TEXT;
  ALTER TABLE conversations ADD COLUMN pinned_at TEXT;
  ALTER TABLE conversations ADD COLUMN deleted_at TEXT;
  ALTER TABLE conversations ADD COLUMN leaf_id TEXT;
  ALTER TABLE conversations ADD COLUMN target TEXT;
  ALTER TABLE conversations ADD COLUMN is_unread INTEGER NOT NULL DEFAULT 0;

  -- Made anew: the number is what search goes by and stays the same in every copy, and what can be long stands last, so
  -- that a tree is read without the texts.
  CREATE TABLE message_tree (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id TEXT,
    -- Ascending in a conversation in the order of writing: of two with one parent the later one is the newer version.
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    turn TEXT,
    extras TEXT NOT NULL DEFAULT '{}',
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL
  ) STRICT;
  INSERT INTO message_tree (id, conversation_id, parent_id, position, role, created_at, turn, text, reasoning)
    SELECT id, conversation_id, parent_id, position, role, created_at, turn, text, reasoning
    FROM messages ORDER BY created_at, position;
  DROP TABLE messages;
  ALTER TABLE message_tree RENAME TO messages;
  CREATE INDEX messages_by_position ON messages (conversation_id, position);
  CREATE INDEX messages_unfinished ON messages (id) WHERE json_extract(turn, '$.state') IN ('waiting', 'streaming');
  `,
  `
  -- What GPUs and MIG slices were like, thinned as it ages (core/gpu/history.ts). Null: the driver did not say.
  CREATE TABLE gpu_samples (
    uuid TEXT NOT NULL,
    -- Seconds since 1970.
    at INTEGER NOT NULL,
    memory REAL,
    utilization REAL,
    temperature REAL,
    power REAL,
    PRIMARY KEY (uuid, at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX gpu_samples_by_time ON gpu_samples (at);
  `,
  `
  -- Variants side by side: who is asked how (setup), what they were asked (rounds), and what each column said.
  CREATE TABLE comparisons (
    id TEXT PRIMARY KEY,
    setup TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE comparison_rounds (
    id TEXT PRIMARY KEY,
    comparison_id TEXT NOT NULL REFERENCES comparisons (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    name TEXT,
    origin TEXT NOT NULL,
    created_at TEXT NOT NULL,
    vote TEXT,
    note TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX comparison_rounds_by_number ON comparison_rounds (comparison_id, number);
  CREATE TABLE comparison_answers (
    id TEXT PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES comparison_rounds (id) ON DELETE CASCADE,
    comparison_id TEXT NOT NULL,
    column_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    meta TEXT NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL
  ) STRICT;
  CREATE INDEX comparison_answers_by_round ON comparison_answers (round_id);
  CREATE INDEX comparison_answers_open ON comparison_answers (comparison_id, state);
  `,
  `
  -- Tools and format that were chosen for a chat.
  ALTER TABLE conversations ADD COLUMN choices TEXT;
  `,
  `
  -- Since when a comparison lies in the bin.
  ALTER TABLE comparisons ADD COLUMN deleted_at TEXT;
  `,
];
