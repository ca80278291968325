-- query: flag_find
-- in: seq_id seq, int64_t number
-- out: str name, seq_id settled
SELECT name, settled_seq FROM flag WHERE area = :area AND seq = :seq AND number = :number;

-- query: flag_settle
-- in: seq_id seq, int64_t number, seq_id settled
UPDATE flag SET settled_seq = :settled WHERE area = :area AND seq = :seq AND number = :number;

-- view: flag_open
SELECT f.seq, f.number, f.name, l.at_ms AS at, l.command, l.stream
FROM flag f JOIN ledger l ON l.area = f.area AND l.seq = f.seq
WHERE f.area = :area AND f.settled_seq = 0 AND (:name IS NULL OR f.name = :name);

-- view: flag_board
SELECT name, count(*) AS open FROM flag
WHERE area = :area AND settled_seq = 0 GROUP BY name;

-- From the newest row back, only as far as one page needs: an order of numbers that are made
-- below would sort the whole ledger. Times are found by halving: received never goes back.
-- view: flag_ledger
WITH RECURSIVE sub_since(low, high) AS (
    SELECT CAST(0 AS INTEGER), h.seq FROM ledger_head h WHERE h.area = :area
    UNION ALL
    SELECT CASE WHEN l.received_ms < :since THEN l.seq ELSE sub_since.low END,
        CASE WHEN l.received_ms < :since THEN sub_since.high ELSE l.seq - 1 END
    FROM sub_since JOIN ledger l ON l.area = :area
        AND l.seq = sub_since.low + (sub_since.high - sub_since.low + 1) / 2
    WHERE sub_since.low < sub_since.high),
sub_until(low, high) AS (
    SELECT CAST(0 AS INTEGER), h.seq FROM ledger_head h WHERE h.area = :area
    UNION ALL
    SELECT CASE WHEN l.received_ms < :until THEN l.seq ELSE sub_until.low END,
        CASE WHEN l.received_ms < :until THEN sub_until.high ELSE l.seq - 1 END
    FROM sub_until JOIN ledger l ON l.area = :area
        AND l.seq = sub_until.low + (sub_until.high - sub_until.low + 1) / 2
    WHERE sub_until.low < sub_until.high)
SELECT sub_row.seq, sub_row.at_ms AS at, sub_row.received_ms AS received,
    sub_row.user_id AS account, sub_row.name, sub_row.stream, sub_row.kind, sub_row.n,
    sub_row.command, sub_row.open_fields AS fields, length(sub_row.sealed) > 0 AS is_sealed,
    sub_row.answer AS outcome, sub_row.fault, sub_row.flags,
    sub_row.result, -sub_row.seq AS newest_first
FROM (SELECT x.seq, x.at_ms, x.received_ms, t.user_id, coalesce(u.name, '') AS name, x.stream,
        t.kind, x.n, x.command, x.open_fields, x.sealed, x.answer, x.fault, x.flags,
        x.result
    FROM ledger x CROSS JOIN stream t
        LEFT JOIN access_user u ON u.area = :area AND u.id = t.user_id
    WHERE x.area = :area AND t.area = :area AND t.stream = x.stream
        AND x.seq < CASE WHEN :has_cursor = 1 THEN -:cursor_0 ELSE 9223372036854775807 END
        AND x.seq > CASE WHEN :since IS NULL THEN 0 ELSE (SELECT max(low) FROM sub_since) END
        AND x.seq <= CASE WHEN :until IS NULL THEN 9223372036854775807
            ELSE (SELECT max(low) FROM sub_until) END
        AND (:account IS NULL OR t.user_id = :account)
        AND (:stream IS NULL OR x.stream = :stream)
        AND (:command IS NULL OR x.command = :command)
        AND (:outcome IS NULL OR x.answer = :outcome)
        AND (:word IS NULL OR lower(x.command || ' ' || x.fault || ' ' || x.flags || ' '
            || x.open_fields || ' ' || coalesce(u.login, '') || ' ' || coalesce(u.name, ''))
            LIKE '%' || replace(replace(replace(lower(:word), '\', '\\'), '%', '\%'), '_', '\_')
            || '%' ESCAPE '\')
    ORDER BY x.seq DESC LIMIT CASE WHEN :limit > 1000000000 THEN :limit ELSE :limit + :skip END)
    AS sub_row;
