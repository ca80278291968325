-- query: place_get
-- in: place_id place
-- out: place_id parent, int64_t kind, str name, str key, str sort, str path, str shorts
-- out: place_id compound, place_id building, place_id stair, place_id floor, bool is_stub
-- out: seq_id named, seq_id closed
SELECT parent_id, kind, name, name_key, sort, path, shorts, compound_id, building_id, stair_id,
    floor_id, is_stub, named_seq, closed_seq
FROM place_node WHERE area = :area AND id = :place;

-- query: place_alias_get
-- in: place_id alias
-- out: place_id place
SELECT place_id FROM place_alias WHERE area = :area AND id = :alias;

-- query: place_alias_insert
-- in: place_id alias, place_id place
INSERT INTO place_alias (area, id, place_id) VALUES (:area, :alias, :place);

-- The sign keeps planners from walking all ids in order until one fits.
-- query: place_twin
-- in: place_id parent, int64_t kind, str key, place_id except
-- out: place_id twin
SELECT id FROM place_node
WHERE area = :area AND parent_id = :parent AND kind = :kind AND name_key = :key
    AND closed_seq = 0 AND is_stub = 0 AND id <> :except
ORDER BY +id LIMIT 1;

-- query: place_at_sort
-- in: str sort
-- out: place_id place
SELECT id FROM place_node WHERE area = :area AND sort = :sort;

-- query: place_ids_taken
-- in: place_id first, place_id last
-- out: place_id place
SELECT id FROM place_node WHERE area = :area AND id BETWEEN :first AND :last
UNION ALL
SELECT id FROM place_alias WHERE area = :area AND id BETWEEN :first AND :last
LIMIT 1;

-- bulk: place_insert
-- in: place_id place, place_id parent, int64_t kind, str name, str key, str sort, str path
-- in: str shorts, place_id compound, place_id building, place_id stair, place_id floor
-- in: bool is_stub, seq_id seq
INSERT INTO place_node (area, id, parent_id, kind, name, name_key, sort, path, shorts, compound_id,
    building_id, stair_id, floor_id, is_stub, made_seq, named_seq, data_seq, closed_seq)
VALUES (:area, :place, :parent, :kind, :name, :key, :sort, :path, :shorts, :compound, :building,
    :stair, :floor, :is_stub, :seq, :seq, :seq, 0);

-- query: place_node_set
-- in: place_id place, place_id parent, int64_t kind, str name, str key, str sort, str path
-- in: str shorts, place_id compound, place_id building, place_id stair, place_id floor
-- in: seq_id named, seq_id seq
UPDATE place_node SET parent_id = :parent, kind = :kind, name = :name, name_key = :key,
    sort = :sort, path = :path, shorts = :shorts, compound_id = :compound,
    building_id = :building, stair_id = :stair, floor_id = :floor, is_stub = 0,
    named_seq = :named, data_seq = :seq
WHERE area = :area AND id = :place;

-- query: place_past_keep
-- in: place_id place, seq_id seq
INSERT INTO place_past (area, id, data_seq, superseded_seq, parent_id, kind, name, sort, path,
    compound_id, building_id, stair_id, floor_id, is_stub, named_seq, closed_seq)
SELECT area, id, data_seq, :seq, parent_id, kind, name, sort, path, compound_id, building_id,
    stair_id, floor_id, is_stub, named_seq, closed_seq
FROM place_node WHERE area = :area AND id = :place AND data_seq < :seq;

-- A place with all below that is open (closed 0), or was closed with it.
-- query: place_past_keep_below
-- in: str sort, seq_id closed, seq_id seq
INSERT INTO place_past (area, id, data_seq, superseded_seq, parent_id, kind, name, sort, path,
    compound_id, building_id, stair_id, floor_id, is_stub, named_seq, closed_seq)
SELECT area, id, data_seq, :seq, parent_id, kind, name, sort, path, compound_id, building_id,
    stair_id, floor_id, is_stub, named_seq, closed_seq
FROM place_node
WHERE area = :area AND sort >= :sort AND sort < :sort || '"' AND closed_seq = :closed
    AND data_seq < :seq;

-- each: place_below
-- in: str sort
-- out: place_id place
SELECT id FROM place_node
WHERE area = :area AND sort > :sort AND sort < :sort || '"' ORDER BY sort;

-- query: place_close_below
-- in: str sort, seq_id seq
UPDATE place_node SET closed_seq = :seq, data_seq = :seq
WHERE area = :area AND sort >= :sort AND sort < :sort || '"' AND closed_seq = 0;

-- query: place_reopen_below
-- in: str sort, seq_id closed, seq_id seq
UPDATE place_node SET closed_seq = 0, data_seq = :seq
WHERE area = :area AND sort >= :sort AND sort < :sort || '"' AND closed_seq = :closed;

-- query: place_set_get
-- in: place_set_id place_set
-- out: str name, seq_id closed
SELECT name, closed_seq FROM place_set WHERE area = :area AND id = :place_set;

-- query: place_set_insert
-- in: place_set_id place_set, int64_t kind, str name, seq_id seq
INSERT INTO place_set (area, id, kind, name, made_seq, named_seq, closed_seq)
VALUES (:area, :place_set, :kind, :name, :seq, :seq, 0);

-- query: place_set_past_keep
-- in: place_set_id place_set, seq_id seq
INSERT INTO place_set_past (area, id, named_seq, superseded_seq, name)
SELECT area, id, named_seq, :seq, name FROM place_set WHERE area = :area AND id = :place_set;

-- query: place_set_name
-- in: place_set_id place_set, str name, seq_id seq
UPDATE place_set SET name = :name, named_seq = :seq WHERE area = :area AND id = :place_set;

-- query: place_set_end
-- in: place_set_id place_set, seq_id seq
UPDATE place_set SET closed_seq = :seq WHERE area = :area AND id = :place_set;

-- query: place_set_node_get
-- in: place_set_id place_set, place_id place
-- out: seq_id made
SELECT made_seq FROM place_set_node
WHERE area = :area AND set_id = :place_set AND place_id = :place AND superseded_seq = 0;

-- query: place_set_node_insert
-- in: place_set_id place_set, place_id place, seq_id seq
INSERT INTO place_set_node (area, set_id, place_id, made_seq, superseded_seq)
VALUES (:area, :place_set, :place, :seq, 0);

-- query: place_set_node_end
-- in: place_set_id place_set, place_id place, seq_id seq
UPDATE place_set_node SET superseded_seq = :seq
WHERE area = :area AND set_id = :place_set AND place_id = :place AND superseded_seq = 0;

-- query: place_set_person_get
-- in: place_set_id place_set, user_id account
-- out: seq_id made
SELECT made_seq FROM place_set_person
WHERE area = :area AND set_id = :place_set AND account = :account AND superseded_seq = 0;

-- query: place_set_person_insert
-- in: place_set_id place_set, user_id account, seq_id seq
INSERT INTO place_set_person (area, set_id, account, made_seq, superseded_seq)
VALUES (:area, :place_set, :account, :seq, 0);

-- query: place_set_person_end
-- in: place_set_id place_set, user_id account, seq_id seq
UPDATE place_set_person SET superseded_seq = :seq
WHERE area = :area AND set_id = :place_set AND account = :account AND superseded_seq = 0;

-- Every place as it was as of the cut-off; of now those that are.
-- part: place_then
SELECT id, parent_id, kind, name, sort, path, compound_id, building_id, stair_id, floor_id,
    is_stub, named_seq, closed_seq
FROM place_node WHERE area = :area AND data_seq <= :as_of
UNION ALL
SELECT id, parent_id, kind, name, sort, path, compound_id, building_id, stair_id, floor_id,
    is_stub, named_seq, closed_seq
FROM place_past WHERE area = :area AND superseded_seq > :as_of AND data_seq <= :as_of;

-- view: place_tree
SELECT sub_place.id AS place, sub_place.parent_id AS parent, sub_place.kind, sub_place.name,
    sub_place.path, sub_place.is_stub,
    (SELECT count(*) FROM place_node c WHERE c.area = :area AND c.parent_id = sub_place.id
        AND c.data_seq <= :as_of AND c.closed_seq = 0)
    + (SELECT count(*) FROM place_past c WHERE c.area = :area AND c.superseded_seq > :as_of
        AND c.data_seq <= :as_of AND c.parent_id = sub_place.id AND c.closed_seq = 0) AS children,
    (SELECT count(*) FROM place_node r WHERE r.area = :area AND r.sort >= sub_place.sort
        AND r.sort < sub_place.sort || '"' AND r.kind = place_kind_ROOM AND r.data_seq <= :as_of
        AND r.closed_seq = 0)
    + (SELECT count(*) FROM place_past r WHERE r.area = :area AND r.superseded_seq > :as_of
        AND r.data_seq <= :as_of AND r.sort >= sub_place.sort AND r.sort < sub_place.sort || '"'
        AND r.kind = place_kind_ROOM AND r.closed_seq = 0) AS rooms,
    sub_place.sort
FROM (PARTS(place_then)) AS sub_place
WHERE sub_place.parent_id = coalesce(:parent, 0) AND sub_place.closed_seq = 0;

-- view: place_rooms
SELECT sub_place.id AS room, sub_place.compound_id AS compound, sub_place.building_id AS building,
    sub_place.stair_id AS stair, sub_place.floor_id AS floor, sub_place.name, sub_place.path,
    sub_place.sort
FROM (PARTS(place_then)) AS sub_place
WHERE sub_place.kind = place_kind_ROOM AND sub_place.closed_seq = 0
    AND sub_place.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT sub_n.sort FROM (PARTS(place_then)) AS sub_n WHERE sub_n.id = :place) END
    AND sub_place.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT sub_n.sort || '"' FROM (PARTS(place_then)) AS sub_n WHERE sub_n.id = :place) END;

-- view: place_page
SELECT sub_place.id AS place, sub_place.parent_id AS parent, sub_place.kind, sub_place.name,
    sub_place.path, sub_place.is_stub,
    CASE WHEN sub_place.closed_seq = 0 THEN 0 ELSE 1 END AS is_closed, sub_place.named_seq,
    1 + (SELECT count(DISTINCT h.named_seq) FROM place_past h WHERE h.area = :area
        AND h.id = sub_place.id AND h.named_seq < sub_place.named_seq) AS names,
    (SELECT count(*) FROM place_node r WHERE r.area = :area AND r.sort >= sub_place.sort
        AND r.sort < sub_place.sort || '"' AND r.kind = place_kind_ROOM AND r.data_seq <= :as_of
        AND r.closed_seq = 0)
    + (SELECT count(*) FROM place_past r WHERE r.area = :area AND r.superseded_seq > :as_of
        AND r.data_seq <= :as_of AND r.sort >= sub_place.sort AND r.sort < sub_place.sort || '"'
        AND r.kind = place_kind_ROOM AND r.closed_seq = 0) AS rooms,
    (SELECT count(DISTINCT n.set_id) FROM place_set_node n
        JOIN place_set t ON t.area = n.area AND t.id = n.set_id AND t.made_seq <= :as_of
            AND (t.closed_seq = 0 OR t.closed_seq > :as_of)
        WHERE n.area = :area AND n.made_seq <= :as_of
            AND (n.superseded_seq = 0 OR n.superseded_seq > :as_of) AND n.place_id IN
            (sub_place.id, sub_place.compound_id, sub_place.building_id, sub_place.stair_id,
            sub_place.floor_id)) AS sets
FROM (PARTS(place_then)) AS sub_place WHERE sub_place.id = :place;

-- view: place_names
SELECT sub_names.named, sub_names.name, sub_names.parent, l.received_ms AS since
FROM (SELECT named_seq AS named, name, parent_id AS parent FROM place_node
    WHERE area = :area AND id = :place
    UNION
    SELECT named_seq, name, parent_id FROM place_past WHERE area = :area AND id = :place
    ) AS sub_names
JOIN ledger l ON l.area = :area AND l.seq = sub_names.named
WHERE sub_names.named <= :as_of;

-- view: place_search
SELECT sub_found.id AS place, sub_found.kind, sub_found.name, sub_found.path, sub_found.sort
FROM (SELECT p.id, p.kind, p.name, p.path, p.sort FROM place_node p
    WHERE p.area = :area AND p.closed_seq = 0 AND :q <> '' AND
        (lower(p.path) LIKE '%' || replace(replace(replace(replace(lower(:q), '\', '\\'),
            '%', '\%'), '_', '\_'), ' ', '%') || '%' ESCAPE '\' OR
        p.shorts LIKE '%' || replace(replace(replace(lower(:q), '\', '\\'), '%', '\%'),
            '_', '\_') || '%' ESCAPE '\')
    ORDER BY p.sort LIMIT 50) AS sub_found;

-- view: place_sets
SELECT t.id AS place_set, t.kind, CASE WHEN t.named_seq <= :as_of THEN t.name ELSE
        (SELECT h.name FROM place_set_past h WHERE h.area = :area AND h.id = t.id
            AND h.named_seq <= :as_of AND h.superseded_seq > :as_of) END AS name,
    (SELECT count(*) FROM place_set_node n WHERE n.area = :area AND n.set_id = t.id
        AND n.made_seq <= :as_of AND (n.superseded_seq = 0 OR n.superseded_seq > :as_of)) AS nodes,
    (SELECT count(*) FROM place_set_person c WHERE c.area = :area AND c.set_id = t.id
        AND c.made_seq <= :as_of AND (c.superseded_seq = 0 OR c.superseded_seq > :as_of)) AS people
FROM place_set t
WHERE t.area = :area AND t.made_seq <= :as_of AND (t.closed_seq = 0 OR t.closed_seq > :as_of)
    AND (:place IS NULL OR EXISTS (SELECT 1 FROM place_set_node m
        WHERE m.area = :area AND m.set_id = t.id AND m.made_seq <= :as_of
        AND (m.superseded_seq = 0 OR m.superseded_seq > :as_of) AND m.place_id IN (
            SELECT sub_place.id FROM (PARTS(place_then)) AS sub_place WHERE sub_place.id = :place
            UNION ALL
            SELECT sub_place.compound_id FROM (PARTS(place_then)) AS sub_place
            WHERE sub_place.id = :place
            UNION ALL
            SELECT sub_place.building_id FROM (PARTS(place_then)) AS sub_place
            WHERE sub_place.id = :place
            UNION ALL
            SELECT sub_place.stair_id FROM (PARTS(place_then)) AS sub_place
            WHERE sub_place.id = :place
            UNION ALL
            SELECT sub_place.floor_id FROM (PARTS(place_then)) AS sub_place
            WHERE sub_place.id = :place)));

-- view: place_set_nodes
SELECT sub_place.id AS node, sub_place.kind, sub_place.path,
    (SELECT count(*) FROM place_node r WHERE r.area = :area AND r.sort >= sub_place.sort
        AND r.sort < sub_place.sort || '"' AND r.kind = place_kind_ROOM AND r.data_seq <= :as_of
        AND r.closed_seq = 0)
    + (SELECT count(*) FROM place_past r WHERE r.area = :area AND r.superseded_seq > :as_of
        AND r.data_seq <= :as_of AND r.sort >= sub_place.sort AND r.sort < sub_place.sort || '"'
        AND r.kind = place_kind_ROOM AND r.closed_seq = 0) AS rooms,
    sub_place.sort
FROM (SELECT p.id, p.kind, p.path, p.sort
    FROM place_set_node n JOIN place_node p ON p.area = :area AND p.id = n.place_id
    WHERE n.area = :area AND n.set_id = :place_set AND n.made_seq <= :as_of
        AND (n.superseded_seq = 0 OR n.superseded_seq > :as_of) AND p.data_seq <= :as_of
    UNION ALL
    SELECT h.id, h.kind, h.path, h.sort
    FROM place_set_node n JOIN place_past h ON h.area = :area AND h.id = n.place_id
    WHERE n.area = :area AND n.set_id = :place_set AND n.made_seq <= :as_of
        AND (n.superseded_seq = 0 OR n.superseded_seq > :as_of) AND h.data_seq <= :as_of
        AND h.superseded_seq > :as_of) AS sub_place;

-- view: place_set_people
SELECT c.account, coalesce(u.name, '') AS name, l.received_ms AS since
FROM place_set_person c
LEFT JOIN access_user u ON u.area = c.area AND u.id = c.account
JOIN ledger l ON l.area = c.area AND l.seq = c.made_seq
WHERE c.area = :area AND c.set_id = :place_set AND c.made_seq <= :as_of
    AND (c.superseded_seq = 0 OR c.superseded_seq > :as_of);

-- view: place_mine
SELECT c.set_id AS place_set, t.name AS set_name, p.id AS place, p.path,
    (SELECT count(*) FROM place_node r WHERE r.area = :area AND r.sort >= p.sort
        AND r.sort < p.sort || '"' AND r.kind = place_kind_ROOM AND r.closed_seq = 0) AS rooms,
    p.sort
FROM place_set_person c
JOIN place_set t ON t.area = c.area AND t.id = c.set_id AND t.closed_seq = 0
JOIN place_set_node n ON n.area = c.area AND n.set_id = c.set_id AND n.superseded_seq = 0
JOIN place_node p ON p.area = n.area AND p.id = n.place_id
WHERE c.area = :area AND c.account = :me AND c.superseded_seq = 0;

-- view: place_sheet
SELECT coalesce((SELECT min(t.name) FROM place_set_node m
        JOIN place_set t ON t.area = m.area AND t.id = m.set_id AND t.closed_seq = 0
        WHERE m.area = :area AND m.superseded_seq = 0 AND t.kind = place_set_kind_GRID
        AND m.place_id IN (p.id, p.compound_id, p.building_id, p.stair_id, p.floor_id)),
        '') AS grid,
    coalesce(c.name, '') AS compound, coalesce(b.name, '') AS building,
    coalesce(s.name, '') AS stair, coalesce(f.name, '') AS floor,
    CASE WHEN p.kind = place_kind_ROOM THEN p.name ELSE '' END AS room, p.kind, p.name, p.sort
FROM place_node p
LEFT JOIN place_node c ON c.area = p.area AND c.id = p.compound_id
LEFT JOIN place_node b ON b.area = p.area AND b.id = p.building_id
LEFT JOIN place_node s ON s.area = p.area AND s.id = p.stair_id
LEFT JOIN place_node f ON f.area = p.area AND f.id = p.floor_id
WHERE p.area = :area AND p.closed_seq = 0 AND p.is_stub = 0
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END;
