-- query: meta_get
-- in: str name
-- out: str value
SELECT value FROM everywhere_meta WHERE name = :name;

-- query: meta_set
-- in: str name, str value
INSERT INTO everywhere_meta (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- query: stream_number_take
-- out: int64_t number
INSERT INTO everywhere_counter (name, value) VALUES ('stream', 1)
ON CONFLICT (name) DO UPDATE SET value = everywhere_counter.value + 1 RETURNING value;

-- query: everywhere_area_add
-- in: int64_t own_stream
INSERT INTO everywhere_area (area, own_stream) VALUES (:area, :own_stream);

-- query: everywhere_area_own_stream
-- out: stream_id stream
SELECT own_stream FROM everywhere_area WHERE area = :area;

-- each: everywhere_areas
-- in: int64_t first, int64_t last
-- out: area_id id
SELECT area FROM everywhere_area WHERE area BETWEEN :first AND :last ORDER BY area;

-- query: everywhere_login_find
-- in: str name
-- out: area_id home, user_id user
SELECT area, user_id FROM everywhere_login WHERE name = :name;

-- query: everywhere_login_add
-- in: str name, user_id user
INSERT INTO everywhere_login (name, area, user_id) VALUES (:name, :area, :user);

-- query: ledger_head_add
-- in: blob hash
INSERT INTO ledger_head (area, seq, received_ms, hash) VALUES (:area, 0, 0, :hash);

-- query: ledger_head_lock
-- out: seq_id seq, time_ms received, blob hash
-- postgres: FOR UPDATE
SELECT seq, received_ms, hash FROM ledger_head WHERE area = :area;

-- query: ledger_head_read
-- out: seq_id seq, time_ms received, blob hash
SELECT seq, received_ms, hash FROM ledger_head WHERE area = :area;

-- query: ledger_head_set
-- in: seq_id seq, time_ms received, blob hash
UPDATE ledger_head SET seq = :seq, received_ms = :received, hash = :hash WHERE area = :area;

-- query: stream_add
-- in: stream_id stream, int64_t kind, user_id user, str store, blob token_hash, seq_id seq
INSERT INTO stream (area, stream, kind, user_id, store, token_hash, opened_seq, closed_seq,
    closed_n, revoked_ms, next_n, last_seq, made)
VALUES (:area, :stream, :kind, :user, :store, :token_hash, :seq, 0, 0, 0, 1, 0, 0);

-- query: stream_find
-- in: stream_id stream
-- out: int64_t kind, user_id user, blob token_hash, int64_t closed_n, seq_id closed
-- out: time_ms revoked
-- out: int64_t next_n, seq_id last, int64_t made
SELECT kind, user_id, token_hash, closed_n, closed_seq, revoked_ms, next_n, last_seq, made
FROM stream WHERE area = :area AND stream = :stream;

-- query: stream_of_store
-- in: int64_t kind, str store
-- out: stream_id stream
SELECT stream FROM stream WHERE area = :area AND kind = :kind AND store = :store
ORDER BY stream LIMIT 1;

-- query: stream_advance
-- in: stream_id stream, int64_t next_n, seq_id last, int64_t made
UPDATE stream SET next_n = :next_n, last_seq = :last, made = :made
WHERE area = :area AND stream = :stream;

-- query: ledger_row
-- in: seq_id seq
-- out: stream_id stream, int64_t n, seq_id prev, blob digest, time_ms at, time_ms received
-- out: str command, str open_fields, blob sealed, int64_t answer, str fault, str flags, str result
SELECT stream, n, prev, digest, at_ms, received_ms, command, open_fields, sealed, answer, fault,
    flags, result
FROM ledger WHERE area = :area AND seq = :seq;

-- query: ledger_answer
-- in: seq_id seq
-- out: int64_t n, seq_id prev, blob digest, int64_t answer, str fault, str flags, str result
SELECT n, prev, digest, answer, fault, flags, result FROM ledger WHERE area = :area AND seq = :seq;

-- bulk: ledger_append
-- in: seq_id seq, stream_id stream, int64_t n, seq_id prev, blob digest, time_ms at
-- in: time_ms sent, int64_t made, time_ms received, str command, str open_fields
-- in: blob sealed, int64_t answer, str fault
-- in: str flags, str result, blob hash
INSERT INTO ledger (area, seq, stream, n, prev, digest, at_ms, sent_ms, made, received_ms, command,
    open_fields, sealed, answer, fault, flags, result, hash)
VALUES (:area, :seq, :stream, :n, :prev, :digest, :at, :sent, :made, :received, :command,
    :open_fields, :sealed, :answer, :fault, :flags, :result, :hash);

-- each: ledger_walk
-- in: seq_id after
-- out: seq_id seq, stream_id stream, int64_t n, seq_id prev, blob digest, time_ms at
-- out: time_ms sent, int64_t made, time_ms received, str command, str open_fields
-- out: blob sealed, int64_t answer, str fault
-- out: str flags, str result, blob hash
SELECT seq, stream, n, prev, digest, at_ms, sent_ms, made, received_ms, command, open_fields,
    sealed, answer, fault, flags, result, hash
FROM ledger WHERE area = :area AND seq > :after ORDER BY seq LIMIT 1000;

-- query: ledger_received_at
-- in: seq_id seq
-- out: time_ms received
SELECT received_ms FROM ledger WHERE area = :area AND seq = :seq;

-- bulk: flag_add
-- in: seq_id seq, int64_t number, str name
INSERT INTO flag (area, seq, number, name, settled_seq) VALUES (:area, :seq, :number, :name, 0);

-- query: outbox_next
-- in: area_id to_area
-- out: int64_t n
SELECT coalesce(max(n), 0) + 1 FROM outbox WHERE area = :area AND to_area = :to_area;

-- query: outbox_add
-- in: area_id to_area, int64_t n, seq_id seq, time_ms at, str command, str open_fields
-- in: blob sealed
INSERT INTO outbox (area, to_area, n, seq, at_ms, command, open_fields, sealed)
VALUES (:area, :to_area, :n, :seq, :at, :command, :open_fields, :sealed);

-- each: outbox_newest
-- out: area_id to_area, int64_t n
SELECT to_area, max(n) FROM outbox WHERE area = :area GROUP BY to_area ORDER BY to_area;

-- each: outbox_messages
-- in: area_id to_area, int64_t first
-- out: int64_t n, time_ms at, str command, str open_fields, blob sealed
SELECT n, at_ms, command, open_fields, sealed FROM outbox
WHERE area = :area AND to_area = :to_area AND n >= :first ORDER BY n LIMIT 200;

-- each: grants_of
-- in: user_id user
-- out: int64_t role, time_ms since, time_ms until
SELECT role, since_ms, until_ms FROM access_grant WHERE area = :area AND user_id = :user
ORDER BY id;

-- each: grants_within
-- in: user_id user, time_ms now
-- out: area_id id
SELECT DISTINCT area FROM access_grant
WHERE area BETWEEN :area_first AND :area_last AND user_id = :user AND since_ms <= :now
    AND until_ms > :now ORDER BY area;

-- query: administrators_count
-- in: time_ms now
-- out: int64_t count
SELECT count(DISTINCT g.user_id) FROM access_grant g
LEFT JOIN access_user u ON u.area = g.area AND u.id = g.user_id
WHERE g.area = :area AND g.role = 1 AND g.since_ms <= :now AND g.until_ms > :now
    AND coalesce(u.is_closed, 0) = 0;

-- query: self_find
-- in: time_ms now
-- out: str name, str time_zone, str plan, bool is_demonstration
SELECT s.name, s.time_zone, coalesce((SELECT p.name FROM area_plan p
        WHERE p.area = s.area AND p.since_ms <= :now
        ORDER BY p.since_ms DESC, p.seq DESC LIMIT 1), s.plan), s.is_demonstration
FROM area_self s WHERE s.area = :area;

-- each: selves_within
-- out: area_id id, str name
SELECT area, name FROM area_self WHERE area BETWEEN :area_first AND :area_last ORDER BY area;

-- query: invitation_hash
-- in: int64_t invitation
-- out: blob hash
SELECT token_hash FROM access_invitation WHERE area = :area AND id = :invitation;

-- query: user_find
-- in: user_id user
-- out: str login, str name, str password_hash, bool is_closed
SELECT login, name, password_hash, is_closed FROM access_user WHERE area = :area AND id = :user;

-- query: session_find
-- in: blob hash
-- out: user_id user, time_ms until, bool is_ended
SELECT user_id, until_ms, ended_seq <> 0 FROM access_session WHERE area = :area AND hash = :hash;

-- query: checkpoint_newest
-- out: seq_id seq, str path
SELECT seq, path FROM checkpoint WHERE area = :area ORDER BY seq DESC LIMIT 1;

-- query: checkpoint_digest
-- in: seq_id seq, str table_name
-- out: blob digest
SELECT digest FROM checkpoint WHERE area = :area AND seq = :seq AND table_name = :table_name;
