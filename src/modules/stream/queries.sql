-- query: stream_next
-- in: stream_id stream
-- out: int64_t next
SELECT next_n FROM stream WHERE area = :area AND stream = :stream;

-- query: stream_of_area
-- in: str store
-- out: stream_id stream
SELECT stream FROM stream WHERE area = :area AND kind = stream_kind_AREA AND store = :store
ORDER BY stream LIMIT 1;

-- query: stream_revoked
-- in: stream_id stream
-- out: time_ms revoked
SELECT revoked_ms FROM stream WHERE area = :area AND stream = :stream;

-- query: stream_insert
-- in: stream_id stream, int64_t kind, user_id account, str store, blob token_hash, seq_id seq
INSERT INTO stream (area, stream, kind, user_id, store, token_hash, opened_seq, closed_seq,
    closed_n, revoked_ms, next_n, last_seq, made)
VALUES (:area, :stream, :kind, :account, :store, :token_hash, :seq, 0, 0, 0, 1, 0, 0);

-- query: stream_close
-- in: stream_id stream, seq_id seq, int64_t made
UPDATE stream SET closed_seq = :seq, closed_n = :made WHERE area = :area AND stream = :stream;

-- query: stream_revoke
-- in: stream_id stream, time_ms revoked
UPDATE stream SET revoked_ms = :revoked WHERE area = :area AND stream = :stream;

-- view: stream_list
SELECT s.stream, s.kind, s.user_id AS account, coalesce(u.name, '') AS name, s.store,
    s.next_n - 1 AS taken, s.made,
    CASE WHEN s.made >= s.next_n THEN s.made - s.next_n + 1 ELSE 0 END AS owed,
    s.closed_seq <> 0 AND s.closed_seq = s.last_seq AND s.closed_n = s.next_n - 1 AS is_all_in,
    s.closed_seq <> 0 AND s.closed_seq = s.last_seq AS is_closed,
    s.revoked_ms AS revoked_at, l.received_ms AS heard_at,
    CASE WHEN l.sent_ms > 0 THEN l.sent_ms - l.received_ms END AS clock_ahead_ms
FROM stream s LEFT JOIN ledger l ON l.area = s.area AND l.seq = s.last_seq
    LEFT JOIN access_user u ON u.area = s.area AND u.id = s.user_id
WHERE s.area = :area AND (:account IS NULL OR s.user_id = :account)
    AND (:is_all_in IS NULL OR (:is_all_in = 1) =
    (s.closed_seq <> 0 AND s.closed_seq = s.last_seq AND s.closed_n = s.next_n - 1));

-- Streams from which more is to come: made but not taken, or not heard of for a quarter of an hour.
-- part: stream_wait
SELECT stream_wait_OWING AS why, s.stream, s.user_id, s.store, s.made - s.next_n + 1 AS owed,
    l.received_ms
FROM stream s LEFT JOIN ledger l ON l.area = :area AND l.seq = s.last_seq
WHERE s.area = :area AND s.revoked_ms = 0 AND s.made >= s.next_n
UNION ALL
SELECT stream_wait_SILENT, s.stream, s.user_id, s.store,
    CASE WHEN s.made >= s.next_n THEN s.made - s.next_n + 1 ELSE 0 END, l.received_ms
FROM stream s JOIN ledger l ON l.area = :area AND l.seq = s.last_seq
WHERE s.area = :area AND s.revoked_ms = 0 AND s.kind IN (stream_kind_STORE, stream_kind_TOKEN)
    AND NOT (s.closed_seq <> 0 AND s.closed_seq = s.last_seq AND s.closed_n = s.next_n - 1)
    AND l.received_ms BETWEEN :now - 43200000 AND :now - 900000;

-- view: stream_awaited
SELECT sub_wait.why, sub_wait.stream, sub_wait.user_id AS account, coalesce(u.name, '') AS name,
    sub_wait.store, sub_wait.owed, sub_wait.received_ms AS heard_at
FROM (PARTS(stream_wait)) AS sub_wait
    LEFT JOIN access_user u ON u.area = :area AND u.id = sub_wait.user_id
WHERE :why IS NULL OR sub_wait.why = :why;

-- view: stream_waits
SELECT why, count(*) AS streams, CAST(sum(owed) AS INTEGER) AS owed
FROM (PARTS(stream_wait)) AS sub_wait GROUP BY why;
