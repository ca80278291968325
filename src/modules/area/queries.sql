-- query: area_find
-- out: str name
SELECT name FROM area_self WHERE area = :area;

-- query: area_insert
-- in: str name, str time_zone, str plan, bool is_demonstration, time_ms at
INSERT INTO area_self (area, name, time_zone, plan, is_demonstration, opened_at_ms)
VALUES (:area, :name, :time_zone, :plan, :is_demonstration, :at);

-- query: area_name_set
-- in: str name
UPDATE area_self SET name = :name WHERE area = :area;

-- query: area_child_set
-- in: area_id child, str name
INSERT INTO area_child (area, child, name) VALUES (:area, :child, :name)
ON CONFLICT (area, child) DO UPDATE SET name = excluded.name;

-- query: area_checkpoint_set
-- in: seq_id seq, str table_name, blob digest, str path
INSERT INTO checkpoint (area, seq, table_name, digest, path)
VALUES (:area, :seq, :table_name, :digest, :path)
ON CONFLICT (area, seq, table_name) DO UPDATE SET digest = excluded.digest, path = excluded.path;

-- What came next was received before the backup was recorded; mostly it is that record.
-- view: area_checkpoints
SELECT sub_backup.seq, coalesce(m.received_ms, l.received_ms) AS at, sub_backup.path,
    sub_backup.tables, -sub_backup.seq AS newest_first
FROM (SELECT seq, max(path) AS path, count(*) AS tables FROM checkpoint
        WHERE area = :area GROUP BY seq) AS sub_backup
    LEFT JOIN ledger l ON l.area = :area AND l.seq = sub_backup.seq
    LEFT JOIN ledger m ON m.area = :area AND m.seq = sub_backup.seq + 1;

-- query: area_plan_count
-- out: int64_t plans
SELECT count(*) FROM area_plan WHERE area = :area;

-- query: area_plan_insert
-- in: seq_id seq, str name, str title_zh, str title_en, time_ms since, str text, user_id account
INSERT INTO area_plan (area, seq, name, title_zh, title_en, since_ms, text, user_id)
VALUES (:area, :seq, :name, :title_zh, :title_en, :since, :text, :account);

-- bulk: area_plan_line_insert
-- in: seq_id seq, int64_t rule, int64_t section, str value, int64_t number, int64_t unit
-- in: int64_t word
INSERT INTO area_plan_line (area, seq, rule, section, value, number, unit, word)
VALUES (:area, :seq, :rule, :section, :value, :number, :unit, :word);

-- query: area_plan_at
-- in: time_ms at
-- out: seq_id plan
SELECT seq FROM area_plan WHERE area = :area AND since_ms <= :at
ORDER BY since_ms DESC, seq DESC LIMIT 1;

-- each: area_plan_lines
-- in: seq_id plan
-- out: int64_t rule, int64_t number, int64_t word
SELECT rule, number, word FROM area_plan_line WHERE area = :area AND seq = :plan ORDER BY rule;

-- view: area_plan
SELECT l.section, l.rule, l.value, CASE WHEN l.unit = 0 OR l.word <> 0 THEN NULL ELSE l.unit END
    AS unit, CASE WHEN l.word = 0 THEN NULL ELSE l.word END AS word, l.seq AS plan
FROM area_plan_line l
WHERE l.area = :area AND l.seq <= :as_of AND l.seq = coalesce(:plan, (SELECT p.seq FROM area_plan p
    WHERE p.area = :area AND p.since_ms <= :now AND p.seq <= :as_of
    ORDER BY p.since_ms DESC, p.seq DESC LIMIT 1));

-- view: area_plans
SELECT p.seq AS plan, p.name, p.title_zh, p.title_en, p.since_ms AS since,
    CASE WHEN p.seq = (SELECT f.seq FROM area_plan f WHERE f.area = :area AND f.since_ms <= :now
        ORDER BY f.since_ms DESC, f.seq DESC LIMIT 1) THEN 1 ELSE 0 END AS is_in_force,
    (SELECT count(*) FROM area_plan_line l WHERE l.area = :area AND l.seq = p.seq) AS lines,
    -p.seq AS newest_first
FROM area_plan p WHERE p.area = :area;

-- view: area_plan_text
SELECT t.text, t.seq AS plan FROM area_plan t
WHERE t.area = :area AND t.seq = coalesce(:plan, (SELECT p.seq FROM area_plan p
    WHERE p.area = :area AND p.since_ms <= :now ORDER BY p.since_ms DESC, p.seq DESC LIMIT 1));

-- The name of the plan in force; before there is one, what was said when the area was opened.
-- view: area_self
SELECT s.area AS id, s.name, s.time_zone, coalesce((SELECT p.name FROM area_plan p
        WHERE p.area = :area AND p.since_ms <= :now
        ORDER BY p.since_ms DESC, p.seq DESC LIMIT 1), s.plan) AS plan,
    s.is_demonstration, s.opened_at_ms AS opened_at
FROM area_self s WHERE s.area = :area;

-- view: area_children
SELECT child, name FROM area_child WHERE area = :area;
