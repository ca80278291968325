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

-- One row is an area below that has announced itself.
CREATE TABLE area_child (
  area INTEGER NOT NULL, child INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (area, child)
) STRICT, WITHOUT ROWID;
