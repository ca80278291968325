-- One row is the area itself.
CREATE TABLE area_self (
  area INTEGER NOT NULL,
  name             TEXT    NOT NULL,
  time_zone        TEXT    NOT NULL,
  plan             TEXT    NOT NULL,
  is_demonstration INTEGER NOT NULL CHECK (is_demonstration IN (0, 1)),
  opened_at_ms     INTEGER NOT NULL,
  PRIMARY KEY (area)
) STRICT, WITHOUT ROWID;

-- One row is one plan of a disease that the area has taken, as text. In force is the one with the
-- latest since_ms that is not to come; of these the newest.
CREATE TABLE area_plan (
  area INTEGER NOT NULL, seq INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  title_zh TEXT    NOT NULL,
  title_en TEXT    NOT NULL,
  since_ms INTEGER NOT NULL,                 -- 0: the first one, from the beginning
  text     TEXT    NOT NULL,
  user_id  INTEGER NOT NULL,
  PRIMARY KEY (area, seq)
) STRICT, WITHOUT ROWID;

-- One row is what one plan says by one rule.
CREATE TABLE area_plan_line (
  area INTEGER NOT NULL, seq INTEGER NOT NULL,
  rule    INTEGER NOT NULL,                  -- enum area_rule
  section INTEGER NOT NULL,                  -- enum area_section
  value   TEXT    NOT NULL,                  -- for people; empty: a word
  number  INTEGER NOT NULL,                  -- in the unit; degrees in tenths
  unit    INTEGER NOT NULL,                  -- enum area_unit; 0: none
  word    INTEGER NOT NULL,                  -- enum area_word; 0: a number or a text
  PRIMARY KEY (area, seq, rule),
  FOREIGN KEY (area, seq) REFERENCES area_plan (area, seq)
) STRICT, WITHOUT ROWID;

-- One row is an area below that has announced itself.
CREATE TABLE area_child (
  area INTEGER NOT NULL, child INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (area, child)
) STRICT, WITHOUT ROWID;
