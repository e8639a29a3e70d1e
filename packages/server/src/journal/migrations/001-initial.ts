// `opened_seq`, the place of the event that opened it, is the order of creation.
export const initial = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  session_id TEXT,
  line TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_session ON events (session_id, seq) WHERE session_id IS NOT NULL;

CREATE TABLE sessions (
  opened_seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_state ON sessions (state, opened_seq);

CREATE TABLE asks (
  opened_seq INTEGER PRIMARY KEY,
  ask_id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL,
  key TEXT,
  state TEXT NOT NULL,
  due_ms REAL,
  boot_id TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX asks_by_state ON asks (state, opened_seq);
CREATE INDEX asks_by_session ON asks (session_id, opened_seq);
CREATE UNIQUE INDEX asks_by_key ON asks (session_id, key) WHERE key IS NOT NULL;

CREATE TABLE messages (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_session ON messages (session_id, seq);

CREATE TABLE inputs (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  input_id TEXT,
  input TEXT NOT NULL
) STRICT;
CREATE INDEX inputs_by_session ON inputs (session_id, seq);
CREATE UNIQUE INDEX inputs_by_id ON inputs (session_id, input_id) WHERE input_id IS NOT NULL;

CREATE TABLE event_ids (
  session_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (session_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
  ask_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX secrets_by_session ON secrets (session_id);

CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
