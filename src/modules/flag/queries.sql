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

-- view: flag_ledger
SELECT seq, at_ms AS at, received_ms AS received, stream, n, command, fault, flags,
    -seq AS newest_first
FROM ledger WHERE area = :area;
