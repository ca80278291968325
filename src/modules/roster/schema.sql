-- One row is one household.
CREATE TABLE roster_household (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  place_id INTEGER NOT NULL,                 -- 0: not known
  code     TEXT    NOT NULL,                 -- its number on the office's sheet
  housing  INTEGER NOT NULL CHECK (housing BETWEEN 0 AND 3),
  landlord BLOB    NOT NULL,                 -- sealed; name and phone
  made_seq INTEGER NOT NULL,
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- Households room by room: roster_households.
CREATE INDEX roster_household_place ON roster_household (area, place_id, id);

-- One row is one record of a person, as known now.
CREATE TABLE roster_person (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  name          TEXT    NOT NULL,            -- empty: a stub
  sex           INTEGER NOT NULL CHECK (sex BETWEEN 0 AND 2),
  birth         INTEGER NOT NULL,            -- 19900307; 0: not known
  identity_kind INTEGER NOT NULL CHECK (identity_kind BETWEEN 0 AND 6),
  identity      BLOB    NOT NULL,            -- sealed; empty: none
  identity_hash BLOB    NOT NULL,            -- to find it by equality
  is_identity_doubtful INTEGER NOT NULL CHECK (is_identity_doubtful IN (0, 1)),
  phone         BLOB    NOT NULL,            -- sealed; numbers with a space between
  phone_hash    BLOB    NOT NULL,            -- of the first
  care          INTEGER NOT NULL,            -- bits: 1 << roster_care
  is_immobile   INTEGER NOT NULL CHECK (is_immobile IN (0, 1)),
  population    INTEGER NOT NULL CHECK (population BETWEEN 0 AND 4),
  household_id  INTEGER NOT NULL,            -- 0: not known
  relation      TEXT    NOT NULL,
  is_head       INTEGER NOT NULL CHECK (is_head IN (0, 1)),
  registered_address TEXT NOT NULL,
  work          TEXT    NOT NULL,
  note          TEXT    NOT NULL,
  is_stub       INTEGER NOT NULL CHECK (is_stub IN (0, 1)),
  same_as       INTEGER NOT NULL,            -- the record that counts; 0: this one
  made_seq      INTEGER NOT NULL,
  data_seq      INTEGER NOT NULL,            -- these data are so since then
  changed_seq   INTEGER NOT NULL,            -- newest change of data or stays
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- roster_by_identity, and who has the same number: roster_doubtful.
CREATE INDEX roster_person_identity ON roster_person (area, identity_hash, same_as, id)
  WHERE length(identity_hash) > 0;

-- Who is in a household: roster_members.
CREATE INDEX roster_person_household ON roster_person (area, household_id, id);

-- Records that were merged into another: roster_person_page.
CREATE INDEX roster_person_same ON roster_person (area, same_as, id) WHERE same_as > 0;

-- Records that somebody must look at: roster_doubtful.
CREATE INDEX roster_person_stub ON roster_person (area, id) WHERE is_stub = 1;
CREATE INDEX roster_person_doubtful ON roster_person (area, id) WHERE is_identity_doubtful = 1;

-- One row is a record of a person as it was known from data_seq until superseded_seq.
CREATE TABLE roster_person_past (
  area INTEGER NOT NULL, id INTEGER NOT NULL, data_seq INTEGER NOT NULL,
  superseded_seq INTEGER NOT NULL,
  name TEXT NOT NULL, sex INTEGER NOT NULL, birth INTEGER NOT NULL,
  identity_kind INTEGER NOT NULL, identity BLOB NOT NULL, is_identity_doubtful INTEGER NOT NULL,
  phone BLOB NOT NULL, care INTEGER NOT NULL, is_immobile INTEGER NOT NULL,
  population INTEGER NOT NULL, household_id INTEGER NOT NULL, relation TEXT NOT NULL,
  is_head INTEGER NOT NULL, registered_address TEXT NOT NULL, work TEXT NOT NULL,
  note TEXT NOT NULL, is_stub INTEGER NOT NULL, same_as INTEGER NOT NULL,
  PRIMARY KEY (area, id, data_seq),
  FOREIGN KEY (area, id) REFERENCES roster_person (area, id)
) STRICT, WITHOUT ROWID;

-- Records that were merged into another then: roster_person_page as of a cut-off.
CREATE INDEX roster_person_past_same ON roster_person_past (area, same_as, id) WHERE same_as > 0;

-- One row is what a search looks through: name, readings and initials, tails of phone and identity.
CREATE TABLE roster_search (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  readings TEXT NOT NULL,                    -- pinyin and initials, as the client made them
  words    TEXT NOT NULL,                    -- all of it in small letters; a space between
  PRIMARY KEY (area, id),
  FOREIGN KEY (area, id) REFERENCES roster_person (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one person's time at a place as something, as one row of the ledger said it.
CREATE TABLE roster_stay (
  area INTEGER NOT NULL, place_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
  made_seq       INTEGER NOT NULL,
  from_ms        INTEGER NOT NULL,           -- 0: nobody knows since when
  until_ms       INTEGER NOT NULL CHECK (until_ms > from_ms), -- TIME_NEVER_MS: open
  kind           INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 7),
  superseded_seq INTEGER NOT NULL,           -- 0: believed now
  PRIMARY KEY (area, place_id, person_id, made_seq, from_ms),
  FOREIGN KEY (area, place_id) REFERENCES place_node (area, id),
  FOREIGN KEY (area, person_id) REFERENCES roster_person (area, id)
) STRICT, WITHOUT ROWID;

-- A person's stays: roster_stay_at, roster_stays.
CREATE INDEX roster_stay_person ON roster_stay (area, person_id, superseded_seq);

-- One row is one merging of a record into another.
CREATE TABLE roster_merged (
  area INTEGER NOT NULL, person_id INTEGER NOT NULL, seq INTEGER NOT NULL,
  into_id    INTEGER NOT NULL,
  undone_seq INTEGER NOT NULL,               -- 0: in force
  PRIMARY KEY (area, person_id, seq),
  FOREIGN KEY (area, person_id) REFERENCES roster_person (area, id),
  FOREIGN KEY (area, into_id) REFERENCES roster_person (area, id)
) STRICT, WITHOUT ROWID;

-- What was merged into a record: roster_merge and roster_unmerge follow the chain.
CREATE INDEX roster_merged_into ON roster_merged (area, into_id, person_id) WHERE undone_seq = 0;

-- One row is one thing that happened to a person and that no other table tells. Append only.
CREATE TABLE roster_event (
  area INTEGER NOT NULL, person_id INTEGER NOT NULL, seq INTEGER NOT NULL,
  number INTEGER NOT NULL,                   -- within the row of the ledger
  at_ms  INTEGER NOT NULL,
  what   TEXT    NOT NULL,                   -- a command's name, or a module's own word
  detail TEXT    NOT NULL,
  PRIMARY KEY (area, person_id, seq, number),
  FOREIGN KEY (area, person_id) REFERENCES roster_person (area, id)
) STRICT, WITHOUT ROWID;

-- One row is what somebody has said a heading of the office's sheets to mean.
CREATE TABLE roster_column (
  area INTEGER NOT NULL, heading TEXT NOT NULL,
  meaning  TEXT    NOT NULL,                 -- a heading that is understood
  told_seq INTEGER NOT NULL,
  PRIMARY KEY (area, heading)
) STRICT, WITHOUT ROWID;
