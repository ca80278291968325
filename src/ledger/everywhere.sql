-- Tables that belong to no area. On a cluster they are on every machine.

-- One row is one fact about this database as a whole: schema version, epoch, plan, time zone.
CREATE TABLE everywhere_meta (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row is one counter: of stream numbers.
CREATE TABLE everywhere_counter (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row is one area whose ledger is here, and its own stream.
CREATE TABLE everywhere_area (
  area INTEGER NOT NULL PRIMARY KEY,
  own_stream INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row is one name to sign in with, and where its account is kept.
CREATE TABLE everywhere_login (
  name TEXT NOT NULL PRIMARY KEY,
  area INTEGER NOT NULL,
  user_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
