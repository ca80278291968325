-- One row is one account.
CREATE TABLE access_user (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  login         TEXT    NOT NULL,            -- unique everywhere, see everywhere_login
  name          TEXT    NOT NULL,
  password_hash TEXT    NOT NULL,            -- argon2id; empty: cannot sign in
  is_closed     INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
  made_seq      INTEGER NOT NULL,
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one role of one account, in this area and all below it, for a time.
CREATE TABLE access_grant (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  user_id  INTEGER NOT NULL,                 -- of this or another area
  role     INTEGER NOT NULL,                 -- enum access_role
  since_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,                 -- TIME_NEVER_MS: without end
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- grants_of finds a sender's grants with every batch.
CREATE INDEX access_grant_user ON access_grant (area, user_id, id);

-- One row is one session of a browser.
CREATE TABLE access_session (
  area INTEGER NOT NULL, hash BLOB NOT NULL, -- keyed, of the session's token
  user_id   INTEGER NOT NULL,
  since_ms  INTEGER NOT NULL,
  until_ms  INTEGER NOT NULL,
  address   TEXT    NOT NULL,                -- from where; empty: not told
  ended_seq INTEGER NOT NULL,                -- 0: not ended before its time
  PRIMARY KEY (area, hash)
) STRICT, WITHOUT ROWID;

-- One row is one time that masked values were opened, or a list left the system. Append only.
CREATE TABLE access_log (
  area INTEGER NOT NULL, seq INTEGER NOT NULL,
  at_ms       INTEGER NOT NULL,
  user_id     INTEGER NOT NULL,              -- 0: at the terminal
  view_name   TEXT    NOT NULL,
  format      TEXT    NOT NULL,              -- empty: on a screen
  is_unmasked INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  PRIMARY KEY (area, seq)
) STRICT, WITHOUT ROWID;

-- One row is one invitation: whoever comes with its token gets an account and a role.
CREATE TABLE access_invitation (
  area INTEGER NOT NULL, id INTEGER NOT NULL,
  role       INTEGER NOT NULL,               -- enum access_role
  since_ms   INTEGER NOT NULL,
  until_ms   INTEGER NOT NULL,               -- of what it gives, too
  uses       INTEGER NOT NULL,               -- how many may come
  note       TEXT    NOT NULL,
  token_hash BLOB    NOT NULL,               -- keyed, of its token
  made_seq   INTEGER NOT NULL,
  ended_seq  INTEGER NOT NULL,               -- 0: not ended before its time
  PRIMARY KEY (area, id)
) STRICT, WITHOUT ROWID;

-- One row is one account that came by an invitation.
CREATE TABLE access_invited (
  area INTEGER NOT NULL, id INTEGER NOT NULL, -- of the account
  invitation INTEGER NOT NULL,
  grant_id   INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  PRIMARY KEY (area, id),
  FOREIGN KEY (area, invitation) REFERENCES access_invitation (area, id)
) STRICT, WITHOUT ROWID;

-- access_invited_count and access_invited_grants_end look for those of an invitation.
CREATE INDEX access_invited_invitation ON access_invited (area, invitation, id);
