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

-- view: area_checkpoints
SELECT seq, max(path) AS path, count(*) AS tables, -seq AS newest_first
FROM checkpoint WHERE area = :area GROUP BY seq;

-- view: area_self
SELECT area AS id, name, time_zone, plan, is_demonstration, opened_at_ms AS opened_at
FROM area_self WHERE area = :area;

-- view: area_children
SELECT child, name FROM area_child WHERE area = :area;
