-- One row is one place: a node of the area's tree.
CREATE TABLE place_node (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  parent_id   INTEGER NOT NULL,              -- 0: at the top
  kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 8),
  name        TEXT    NOT NULL,              -- as somebody wrote it; empty: a stub
  name_key    TEXT    NOT NULL,              -- which writings mean the same place
  sort        TEXT    NOT NULL,              -- walking order: the whole path, joined by '!'
  path        TEXT    NOT NULL,              -- the whole name for people
  shorts      TEXT    NOT NULL,              -- other writings, for search; a space between them
  compound_id INTEGER NOT NULL,              -- of these four 0: none, its own id: it is one
  building_id INTEGER NOT NULL,
  stair_id    INTEGER NOT NULL,
  floor_id    INTEGER NOT NULL,
  is_stub     INTEGER NOT NULL CHECK (is_stub IN (0, 1)),
  made_seq    INTEGER NOT NULL,
  named_seq   INTEGER NOT NULL,              -- its name and parent are so since then
  data_seq    INTEGER NOT NULL,              -- all of this row is so since then
  closed_seq  INTEGER NOT NULL,              -- 0: open
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- Everything that is listed room by room, and what lies below a node.
CREATE UNIQUE INDEX place_node_sort ON place_node (area, sort);

-- Rooms of a node are counted wherever it is shown: place_tree.
CREATE INDEX place_node_room ON place_node (area, sort, data_seq, closed_seq) WHERE kind = 4;

-- What rooms are called is looked through as somebody types: roster_search.
CREATE INDEX place_node_search ON place_node (area, path, shorts, kind) WHERE kind = 4;

-- place_twin_find; what lies directly in a node: place_tree.
CREATE INDEX place_node_child ON place_node (area, parent_id, kind, name_key);

-- One row is an id that a client chose for a place that was there already.
CREATE TABLE place_alias (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  place_id INTEGER NOT NULL,
  PRIMARY KEY (area, id), FOREIGN KEY (area, place_id) REFERENCES place_node (area, id)
) STRICT, WITHOUT ROWID;

-- One row is a place as it was from data_seq until superseded_seq: before it, or one above it, had
-- another name or parent; before it was closed, or opened again.
CREATE TABLE place_past (
  area INTEGER NOT NULL, id INTEGER NOT NULL, data_seq INTEGER NOT NULL,
  superseded_seq INTEGER NOT NULL,
  parent_id   INTEGER NOT NULL, kind     INTEGER NOT NULL,
  name        TEXT    NOT NULL, sort     TEXT    NOT NULL, path TEXT NOT NULL,
  compound_id INTEGER NOT NULL, building_id INTEGER NOT NULL,
  stair_id    INTEGER NOT NULL, floor_id INTEGER NOT NULL,
  is_stub     INTEGER NOT NULL, named_seq INTEGER NOT NULL,
  closed_seq  INTEGER NOT NULL,
  PRIMARY KEY (area, id, data_seq), FOREIGN KEY (area, id) REFERENCES place_node (area, id)
) STRICT, WITHOUT ROWID;

-- What was so as of a cut-off: place_tree, place_rooms. Of now it is nothing.
CREATE INDEX place_past_then ON place_past (area, superseded_seq);

-- One row is one grid, sector or other named set of places.
CREATE TABLE place_set (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
  name       TEXT    NOT NULL,
  made_seq   INTEGER NOT NULL,
  named_seq  INTEGER NOT NULL,               -- it is called so since then
  closed_seq INTEGER NOT NULL,               -- 0: open
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- One row is an earlier name of a set.
CREATE TABLE place_set_past (
  area INTEGER NOT NULL, id INTEGER NOT NULL, named_seq INTEGER NOT NULL,
  superseded_seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (area, id, named_seq), FOREIGN KEY (area, id) REFERENCES place_set (area, id)
) STRICT, WITHOUT ROWID;

-- One row is a place's time in a set, with all that lies in the place.
CREATE TABLE place_set_node (
  area INTEGER NOT NULL, set_id INTEGER NOT NULL, place_id INTEGER NOT NULL,
  made_seq       INTEGER NOT NULL,
  superseded_seq INTEGER NOT NULL,           -- 0: in it
  PRIMARY KEY (area, set_id, place_id, made_seq),
  FOREIGN KEY (area, set_id) REFERENCES place_set (area, id),
  FOREIGN KEY (area, place_id) REFERENCES place_node (area, id)
) STRICT, WITHOUT ROWID;

-- Which sets a place is in: place_sets, and the grid of a room in sheets.
CREATE INDEX place_set_node_place ON place_set_node (area, place_id, set_id)
  WHERE superseded_seq = 0;

-- One row is somebody's time in charge of a set.
CREATE TABLE place_set_person (
  area INTEGER NOT NULL, set_id INTEGER NOT NULL, account INTEGER NOT NULL,
  made_seq       INTEGER NOT NULL,
  superseded_seq INTEGER NOT NULL,           -- 0: in charge
  PRIMARY KEY (area, set_id, account, made_seq),
  FOREIGN KEY (area, set_id) REFERENCES place_set (area, id)
) STRICT, WITHOUT ROWID;

-- place_mine finds somebody's sets.
CREATE INDEX place_set_person_account ON place_set_person (area, account, set_id)
  WHERE superseded_seq = 0;
