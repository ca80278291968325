-- One row is one area's newest row of the ledger. Whoever writes to the area locks it first.
CREATE TABLE ledger_head (
  area INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  hash        BLOB    NOT NULL,
  PRIMARY KEY (area)
) STRICT, WITHOUT ROWID;

-- One row is one enrolment: who numbers commands, and which number comes next.
CREATE TABLE stream (
  area INTEGER NOT NULL, stream INTEGER NOT NULL CHECK (stream BETWEEN 1 AND 16777215),
  kind       INTEGER NOT NULL,               -- enum sender_kind
  user_id    INTEGER NOT NULL,               -- who acts; 0: the area itself, or another area
  store      TEXT    NOT NULL,               -- where its queue lies: a browser, an import, an area
  token_hash BLOB    NOT NULL,               -- empty: nobody can send from outside
  opened_seq INTEGER NOT NULL,
  closed_seq INTEGER NOT NULL,               -- of its closing statement; 0: not closed
  closed_n   INTEGER NOT NULL,               -- how many it said to have made
  revoked_ms INTEGER NOT NULL,               -- facts after this go aside; 0: not revoked
  next_n     INTEGER NOT NULL,               -- commands are taken in order only
  last_seq   INTEGER NOT NULL,               -- its newest row of the ledger; 0: none
  made       INTEGER NOT NULL,               -- the highest number that it has told of
  PRIMARY KEY (area, stream)
) STRICT, WITHOUT ROWID;

-- One row is one command as it was taken, and what came of it. No other index: a repeated
-- n is found by walking back over prev.
CREATE TABLE ledger (
  area INTEGER NOT NULL, seq INTEGER NOT NULL,
  stream INTEGER NOT NULL, n INTEGER NOT NULL CHECK (n > 0),
  prev        INTEGER NOT NULL,              -- seq of the stream's row before this; 0: none
  digest      BLOB    NOT NULL,              -- keyed, of the bytes as sent
  at_ms       INTEGER NOT NULL,              -- when it happened, by the sender's clock
  sent_ms     INTEGER NOT NULL,              -- the sender's clock when it sent; 0: not told
  made        INTEGER NOT NULL,              -- the highest number that the sender then had
  received_ms INTEGER NOT NULL,              -- never goes back
  command     TEXT    NOT NULL,
  open_fields TEXT    NOT NULL,              -- JSON; empty: aside, all of it is sealed
  sealed      BLOB    NOT NULL,              -- the other fields, or the bytes as received
  answer      INTEGER NOT NULL CHECK (answer BETWEEN 0 AND 2),       -- enum answer
  fault       TEXT    NOT NULL CHECK ((fault <> '') = (answer = 1)), -- names, not numbers
  flags       TEXT    NOT NULL,
  result      TEXT    NOT NULL,              -- JSON for the sender; empty: none
  hash        BLOB    NOT NULL,              -- of the row before and of this one
  PRIMARY KEY (area, seq), FOREIGN KEY (area, stream) REFERENCES stream (area, stream)
) STRICT, WITHOUT ROWID;

-- One row is one anomaly that somebody must settle.
CREATE TABLE flag (
  area INTEGER NOT NULL, seq INTEGER NOT NULL, number INTEGER NOT NULL, -- of the command's flags
  name        TEXT    NOT NULL,
  settled_seq INTEGER NOT NULL,              -- 0: open
  PRIMARY KEY (area, seq, number)
) STRICT, WITHOUT ROWID;

-- The open flags are looked at all day; flag_open and flag_board find them.
CREATE INDEX flag_unsettled ON flag (area, name, seq) WHERE settled_seq = 0;

-- One row is one message to another area, delivered as command n of this area's stream there.
CREATE TABLE outbox (
  area INTEGER NOT NULL, to_area INTEGER NOT NULL, n INTEGER NOT NULL,
  seq     INTEGER NOT NULL,                  -- of the command that sent it
  at_ms   INTEGER NOT NULL,
  command TEXT    NOT NULL,
  open_fields TEXT NOT NULL,                 -- JSON
  sealed  BLOB    NOT NULL,                  -- the other fields; empty: none
  PRIMARY KEY (area, to_area, n)
) STRICT, WITHOUT ROWID;

-- One row is the digest of one table at one row of the ledger, in a backup: verify may begin there.
CREATE TABLE checkpoint (
  area INTEGER NOT NULL, seq INTEGER NOT NULL, table_name TEXT NOT NULL,
  digest BLOB NOT NULL,
  path   TEXT NOT NULL,                      -- of the backup
  PRIMARY KEY (area, seq, table_name)
) STRICT, WITHOUT ROWID;
