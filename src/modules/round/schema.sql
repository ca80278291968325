-- One row is one round. A round that only a sample has named is PLANNED.
CREATE TABLE round_round (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  name       TEXT    NOT NULL,
  state      INTEGER NOT NULL,               -- enum round_state
  scope_id   INTEGER NOT NULL,               -- place, with what is below it; 0: everywhere
  opens_ms   INTEGER NOT NULL,
  closes_ms  INTEGER NOT NULL CHECK (closes_ms > opens_ms OR state = round_state_PLANNED),
  day        INTEGER NOT NULL,               -- ymd, on which ages count
  age_from   INTEGER NOT NULL,               -- months
  plan_seq   INTEGER NOT NULL,               -- area_plan, under which it was opened; 0: none
  mix        INTEGER NOT NULL,               -- enum round_mix, as the plan says; 0: it does not
  opened_seq INTEGER NOT NULL,               -- PLANNED: of the record that named it
  opened_ms  INTEGER NOT NULL,               -- 0: not opened
  closed_seq INTEGER NOT NULL,               -- 0: not closed
  closed_ms  INTEGER NOT NULL,
  frozen     INTEGER NOT NULL,               -- due when it opened; named changes count from here
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one reason for which a round exempts people, as the plan said when it was opened.
CREATE TABLE round_ground (
  area INTEGER NOT NULL, round_id INTEGER NOT NULL,
  exemption          INTEGER NOT NULL CHECK (exemption <> round_exemption_NONE),
  window_ms          INTEGER NOT NULL,       -- how long it exempts; 0: until it is ended
  is_evidence_needed INTEGER NOT NULL CHECK (is_evidence_needed IN (0, 1)),
  PRIMARY KEY (area, round_id, exemption),
  FOREIGN KEY (area, round_id) REFERENCES round_round (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one person in one round: due, exempt, or known and not counted. Kept in walking order,
-- so that who is missing is read as it lies; a sample changes no column of any key.
CREATE TABLE round_due (
  area INTEGER NOT NULL, round_id INTEGER NOT NULL,
  place_sort  TEXT    NOT NULL,              -- of the place, as it was when entered
  person_id   INTEGER NOT NULL,
  place_id    INTEGER NOT NULL,              -- where she lives; 0: not known
  compound_id INTEGER NOT NULL, building_id INTEGER NOT NULL,
  stair_id    INTEGER NOT NULL, floor_id    INTEGER NOT NULL, -- those above it, or itself; 0: none
  state       INTEGER NOT NULL,              -- enum round_due
  reason      INTEGER NOT NULL,              -- enum round_reason: why it is counted, or not
  exemption   INTEGER NOT NULL,              -- enum round_exemption; 0: none
  since_ms    INTEGER NOT NULL,              -- begin of the stay
  made_seq    INTEGER NOT NULL,
  first_state INTEGER NOT NULL,              -- when made
  state_seq   INTEGER NOT NULL,              -- since when it has its state
  samples     INTEGER NOT NULL,              -- swabs taken
  sample_seq  INTEGER NOT NULL,              -- the newest; the ones before hang on prev_seq
  sampled_seq INTEGER NOT NULL,              -- the one that made her SAMPLED; 0: none did
  sampled_ms  INTEGER NOT NULL,              -- when the first swab was taken
  contacts    INTEGER NOT NULL,
  contact_seq INTEGER NOT NULL,              -- the newest; 0: none
  PRIMARY KEY (area, round_id, place_sort, person_id),
  UNIQUE (area, round_id, person_id),
  FOREIGN KEY (area, round_id) REFERENCES round_round (area, id),
  CHECK (state IN (round_due_MISSING, round_due_SAMPLED, round_due_EXEMPT, round_due_ABSENT)),
  CHECK (state <> round_due_ABSENT OR reason IN (round_reason_LEFT, round_reason_DIED,
      round_reason_HOSPITAL, round_reason_QUARANTINED, round_reason_DOUBLE,
      round_reason_OTHER_ROUND)),
  CHECK (state <> round_due_EXEMPT OR exemption <> round_exemption_NONE),
  CHECK (state <> round_due_SAMPLED OR samples > 0)
) STRICT, WITHOUT ROWID;

-- One row is how many people of a round live at one lowest node (mostly a floor), by state. A node
-- where nobody lives has none.
CREATE TABLE round_counter (
  area INTEGER NOT NULL, round_id INTEGER NOT NULL,
  node_id     INTEGER NOT NULL,              -- floor, else stair, building, compound; 0: not known
  compound_id INTEGER NOT NULL, building_id INTEGER NOT NULL,
  stair_id    INTEGER NOT NULL, floor_id    INTEGER NOT NULL,
  first_sort  TEXT    NOT NULL, last_sort TEXT NOT NULL, -- of the rows of round_due there, ever
  missing     INTEGER NOT NULL CHECK (missing >= 0),
  sampled     INTEGER NOT NULL CHECK (sampled >= 0),
  exempt      INTEGER NOT NULL CHECK (exempt >= 0),
  absent      INTEGER NOT NULL CHECK (absent >= 0),
  PRIMARY KEY (area, round_id, node_id),
  UNIQUE (area, round_id, first_sort, node_id), -- lists go floor by floor in walking order
  FOREIGN KEY (area, round_id) REFERENCES round_round (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one swab. A fact: append only, and no other index; by person through round_due.
CREATE TABLE round_sample (
  area INTEGER NOT NULL, seq INTEGER NOT NULL,
  round_id  INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  prev_seq  INTEGER NOT NULL,                -- of the same person in the same round; 0: the first
  at_ms     INTEGER NOT NULL,
  tube      TEXT    NOT NULL,
  mix       INTEGER NOT NULL,                -- enum round_mix; 0: not told
  site      INTEGER NOT NULL,                -- enum round_site; 0: not told
  point_id  INTEGER NOT NULL,                -- 0: not told
  user_id   INTEGER NOT NULL,
  PRIMARY KEY (area, seq)
) STRICT, WITHOUT ROWID;

-- One row is one named change of one person in one round since it opened: the only way in which the
-- headcount changes.
CREATE TABLE round_change (
  area INTEGER NOT NULL, round_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  number  INTEGER NOT NULL,                  -- of one command's changes of this person
  at_ms   INTEGER NOT NULL,
  reason  INTEGER NOT NULL CHECK (reason <> round_reason_FROZEN), -- enum round_reason
  state   INTEGER NOT NULL,                  -- enum round_due: from then on
  gained  INTEGER NOT NULL CHECK (gained BETWEEN -1 AND 1), -- to the headcount
  detail  TEXT    NOT NULL,
  user_id INTEGER NOT NULL,
  PRIMARY KEY (area, round_id, person_id, seq, number),
  FOREIGN KEY (area, round_id) REFERENCES round_round (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one attempt to reach a missing person. A fact: append only; round_due has the newest.
CREATE TABLE round_contact (
  area INTEGER NOT NULL, seq INTEGER NOT NULL,
  round_id  INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  at_ms     INTEGER NOT NULL,
  how       INTEGER NOT NULL,                -- enum round_how
  outcome   INTEGER NOT NULL,                -- enum round_outcome
  detail    TEXT    NOT NULL,
  next_step TEXT    NOT NULL,
  user_id   INTEGER NOT NULL,
  PRIMARY KEY (area, seq)
) STRICT, WITHOUT ROWID;

-- Of a person: roster_person_page.
CREATE INDEX round_contact_person ON round_contact (area, person_id, seq);

-- One row is one exemption of one person, for every round that opens while it is in force.
CREATE TABLE round_exemption (
  area INTEGER NOT NULL, person_id INTEGER NOT NULL, seq INTEGER NOT NULL,
  round_id  INTEGER NOT NULL,                -- in which it was given; 0: in none
  reason    INTEGER NOT NULL CHECK (reason <> round_exemption_NONE), -- enum round_exemption
  evidence  TEXT    NOT NULL,
  since_ms  INTEGER NOT NULL,
  until_ms  INTEGER NOT NULL,                -- TIME_NEVER_MS: without end
  ended_seq INTEGER NOT NULL,                -- 0: not ended before its time
  user_id   INTEGER NOT NULL,
  PRIMARY KEY (area, person_id, seq)
) STRICT, WITHOUT ROWID;

-- One row is one sending of somebody to a place, to find who is missing there.
CREATE TABLE round_assignment (
  area INTEGER NOT NULL, round_id INTEGER NOT NULL, place_id INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  at_ms     INTEGER NOT NULL,
  account   INTEGER NOT NULL,                -- 0: known by name only
  name      TEXT    NOT NULL,                -- empty: by account only
  how       INTEGER NOT NULL,                -- enum round_how; 0: not told
  note      TEXT    NOT NULL,
  ended_seq INTEGER NOT NULL,                -- 0: in force, one at most of a place
  ended_ms  INTEGER NOT NULL,
  user_id   INTEGER NOT NULL,                -- who sent
  CHECK (account <> 0 OR name <> ''),
  PRIMARY KEY (area, round_id, place_id, seq),
  FOREIGN KEY (area, round_id) REFERENCES round_round (area, id),
  FOREIGN KEY (area, place_id) REFERENCES place_node (area, id)
) STRICT, WITHOUT ROWID;
