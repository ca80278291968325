-- query: roster_person_get
-- in: person_id person
-- out: str name, int64_t sex, date_ymd birth, int64_t identity_kind, blob identity
-- out: blob identity_hash
-- out: bool is_identity_doubtful, blob phone, blob phone_hash, int64_t care, bool is_immobile
-- out: int64_t population, household_id household, str relation, bool is_head
-- out: str registered_address, str work, str note, bool is_stub, person_id same_as
-- out: seq_id made, seq_id since, seq_id changed
SELECT name, sex, birth, identity_kind, identity, identity_hash, is_identity_doubtful, phone,
    phone_hash, care, is_immobile, population, household_id, relation, is_head,
    registered_address, work, note, is_stub, same_as, made_seq, data_seq, changed_seq
FROM roster_person WHERE area = :area AND id = :person;

-- Is there any person from this id to that?
-- query: roster_person_between
-- in: person_id first, person_id last
-- out: person_id person
SELECT id FROM roster_person WHERE area = :area AND id BETWEEN :first AND :last LIMIT 1;

-- query: roster_household_between
-- in: household_id first, household_id last
-- out: household_id household
SELECT id FROM roster_household WHERE area = :area AND id BETWEEN :first AND :last LIMIT 1;

-- query: roster_same_as
-- in: person_id person
-- out: person_id same_as
SELECT same_as FROM roster_person WHERE area = :area AND id = :person;

-- The sign keeps planners from walking all ids in order until one fits.
-- query: roster_identity_find
-- in: blob hash, person_id except
-- out: person_id person
SELECT id FROM roster_person
WHERE area = :area AND identity_hash = :hash AND length(identity_hash) > 0 AND same_as = 0
    AND id <> :except
ORDER BY +id LIMIT 1;

-- bulk: roster_person_insert
-- in: person_id person, str name, int64_t sex, date_ymd birth, int64_t identity_kind, blob identity
-- in: blob identity_hash, bool is_identity_doubtful, blob phone, blob phone_hash, int64_t care
-- in: bool is_immobile, int64_t population, household_id household, str relation, bool is_head
-- in: str registered_address, str work, str note, bool is_stub, seq_id seq
INSERT INTO roster_person (area, id, name, sex, birth, identity_kind, identity, identity_hash,
    is_identity_doubtful, phone, phone_hash, care, is_immobile, population, household_id, relation,
    is_head, registered_address, work, note, is_stub, same_as, made_seq, data_seq, changed_seq)
VALUES (:area, :person, :name, :sex, :birth, :identity_kind, :identity, :identity_hash,
    :is_identity_doubtful, :phone, :phone_hash, :care, :is_immobile, :population, :household,
    :relation, :is_head, :registered_address, :work, :note, :is_stub, 0, :seq, :seq, :seq);

-- query: roster_person_set
-- in: person_id person, str name, int64_t sex, date_ymd birth, int64_t identity_kind, blob identity
-- in: blob identity_hash, bool is_identity_doubtful, blob phone, blob phone_hash, int64_t care
-- in: bool is_immobile, int64_t population, household_id household, str relation, bool is_head
-- in: str registered_address, str work, str note, person_id same_as, seq_id seq
UPDATE roster_person SET name = :name, sex = :sex, birth = :birth, identity_kind = :identity_kind,
    identity = :identity, identity_hash = :identity_hash,
    is_identity_doubtful = :is_identity_doubtful, phone = :phone, phone_hash = :phone_hash,
    care = :care, is_immobile = :is_immobile, population = :population,
    household_id = :household, relation = :relation, is_head = :is_head,
    registered_address = :registered_address, work = :work, note = :note,
    is_stub = CASE WHEN :name = '' THEN is_stub ELSE 0 END, same_as = :same_as,
    data_seq = :seq, changed_seq = :seq
WHERE area = :area AND id = :person;

-- query: roster_person_touch
-- in: person_id person, seq_id seq
UPDATE roster_person SET changed_seq = :seq WHERE area = :area AND id = :person;

-- query: roster_person_past_keep
-- in: person_id person, seq_id seq
INSERT INTO roster_person_past (area, id, data_seq, superseded_seq, name, sex, birth,
    identity_kind, identity, is_identity_doubtful, phone, care, is_immobile, population,
    household_id, relation, is_head, registered_address, work, note, is_stub, same_as)
SELECT area, id, data_seq, :seq, name, sex, birth, identity_kind, identity, is_identity_doubtful,
    phone, care, is_immobile, population, household_id, relation, is_head, registered_address,
    work, note, is_stub, same_as
FROM roster_person WHERE area = :area AND id = :person AND data_seq < :seq;

-- bulk: roster_search_insert
-- in: person_id person, str readings, str words
INSERT INTO roster_search (area, id, readings, words)
VALUES (:area, :person, :readings, :words);

-- query: roster_search_readings
-- in: person_id person
-- out: str readings
SELECT readings FROM roster_search WHERE area = :area AND id = :person;

-- query: roster_search_set
-- in: person_id person, str readings, str words
UPDATE roster_search SET readings = :readings, words = :words
WHERE area = :area AND id = :person;

-- bulk: roster_stay_insert
-- in: place_id place, person_id person, seq_id seq, time_ms since, time_ms until, int64_t kind
INSERT INTO roster_stay (area, place_id, person_id, made_seq, from_ms, until_ms, kind,
    superseded_seq)
VALUES (:area, :place, :person, :seq, :since, :until, :kind, 0);

-- each: roster_stays_of
-- in: person_id person
-- out: place_id place, int64_t kind, time_ms since, time_ms until, seq_id made
SELECT place_id, kind, from_ms, until_ms, made_seq FROM roster_stay
WHERE area = :area AND person_id = :person AND superseded_seq = 0
ORDER BY from_ms, place_id;

-- query: roster_stay_supersede
-- in: place_id place, person_id person, seq_id made, time_ms since, seq_id seq
UPDATE roster_stay SET superseded_seq = :seq
WHERE area = :area AND place_id = :place AND person_id = :person AND made_seq = :made
    AND from_ms = :since AND superseded_seq = 0;

-- query: roster_stay_current
-- in: person_id person, time_ms at
-- out: place_id place, int64_t kind, time_ms since, time_ms until, seq_id made
SELECT place_id, kind, from_ms, until_ms, made_seq FROM roster_stay
WHERE area = :area AND person_id = :person AND superseded_seq = 0
    AND from_ms <= :at AND until_ms > :at
ORDER BY CASE WHEN kind <= roster_stay_kind_VISITOR THEN 0 ELSE 1 END, from_ms, place_id LIMIT 1;

-- query: roster_household_get
-- in: household_id household
-- out: place_id place, str code, int64_t housing, blob landlord
SELECT place_id, code, housing, landlord FROM roster_household
WHERE area = :area AND id = :household;

-- bulk: roster_household_insert
-- in: household_id household, place_id place, str code, int64_t housing, blob landlord, seq_id seq
INSERT INTO roster_household (area, id, place_id, code, housing, landlord, made_seq)
VALUES (:area, :household, :place, :code, :housing, :landlord, :seq);

-- query: roster_household_set
-- in: household_id household, place_id place, str code, int64_t housing, blob landlord
UPDATE roster_household SET place_id = :place, code = :code, housing = :housing,
    landlord = :landlord
WHERE area = :area AND id = :household;

-- bulk: roster_event_insert
-- in: person_id person, seq_id seq, int64_t number, time_ms at, str what, str detail
INSERT INTO roster_event (area, person_id, seq, number, at_ms, what, detail)
VALUES (:area, :person, :seq, :number, :at, :what, :detail);

-- query: roster_merged_insert
-- in: person_id person, seq_id seq, person_id into
INSERT INTO roster_merged (area, person_id, seq, into_id, undone_seq)
VALUES (:area, :person, :seq, :into, 0);

-- query: roster_merged_get
-- in: person_id person
-- out: seq_id merged, person_id into
SELECT seq, into_id FROM roster_merged
WHERE area = :area AND person_id = :person AND undone_seq = 0;

-- query: roster_merged_undo
-- in: person_id person, seq_id merged, seq_id seq
UPDATE roster_merged SET undone_seq = :seq
WHERE area = :area AND person_id = :person AND seq = :merged;

-- each: roster_merged_into
-- in: person_id into
-- out: person_id person
SELECT person_id FROM roster_merged WHERE area = :area AND into_id = :into AND undone_seq = 0
ORDER BY person_id;

-- query: roster_same_as_set
-- in: person_id person, person_id same_as, seq_id seq
UPDATE roster_person SET same_as = :same_as, data_seq = :seq, changed_seq = :seq
WHERE area = :area AND id = :person;

-- each: roster_stays_superseded_by
-- in: person_id person, seq_id seq
-- out: place_id place, int64_t kind, time_ms since, time_ms until, seq_id made
SELECT place_id, kind, from_ms, until_ms, made_seq FROM roster_stay
WHERE area = :area AND person_id = :person AND superseded_seq = :seq
ORDER BY from_ms, place_id;


-- What an import compares with, a page at a time: all places that are open, parents first.
-- each: roster_import_places
-- in: str after, int64_t most
-- out: place_id place, place_id parent, int64_t kind, str name, str key, str sort
SELECT id, parent_id, kind, name, name_key, sort FROM place_node
WHERE area = :area AND sort > :after AND closed_seq = 0 AND is_stub = 0
ORDER BY sort LIMIT :most;

-- Open grids and sectors, each with its places; one without has the place 0.
-- each: roster_import_sets
-- out: place_set_id place_set, int64_t kind, str name, place_id place
SELECT t.id, t.kind, t.name, coalesce(n.place_id, 0) AS place
FROM place_set t LEFT JOIN place_set_node n
    ON n.area = t.area AND n.set_id = t.id AND n.superseded_seq = 0
WHERE t.area = :area AND t.closed_seq = 0
ORDER BY t.id, place;

-- Who is in charge of open grids and sectors.
-- each: roster_import_set_people
-- out: place_set_id place_set, user_id account
SELECT c.set_id, c.account
FROM place_set t CROSS JOIN place_set_person c
WHERE t.area = :area AND t.closed_seq = 0 AND c.area = t.area AND c.set_id = t.id
    AND c.superseded_seq = 0
ORDER BY c.set_id, c.account;

-- each: roster_import_accounts
-- out: user_id account, str name
SELECT id, name FROM access_user WHERE area = :area AND is_closed = 0 ORDER BY id;

-- each: roster_import_people
-- in: person_id after, int64_t most
-- out: person_id person, str name, int64_t sex, date_ymd birth, int64_t identity_kind
-- out: blob identity_hash, blob phone, int64_t care, bool is_immobile, int64_t population
-- out: household_id household, str relation, str registered_address, str work, str note
-- out: bool is_stub, person_id same_as, seq_id changed
SELECT id, name, sex, birth, identity_kind, identity_hash, phone, care, is_immobile, population,
    household_id, relation, registered_address, work, note, is_stub, same_as, changed_seq
FROM roster_person WHERE area = :area AND id > :after
ORDER BY id LIMIT :most;

-- each: roster_import_stays
-- in: person_id first, person_id last
-- out: person_id person, place_id place, int64_t kind, time_ms since, time_ms until
SELECT person_id, place_id, kind, from_ms, until_ms FROM roster_stay
WHERE area = :area AND person_id > :first AND person_id <= :last AND superseded_seq = 0
ORDER BY person_id, from_ms, place_id;

-- each: roster_import_households
-- in: household_id after, int64_t most
-- out: household_id household, place_id place, str code, int64_t housing, blob landlord
SELECT id, place_id, code, housing, landlord FROM roster_household
WHERE area = :area AND id > :after
ORDER BY id LIMIT :most;

-- The walk goes by place, so that the first page needs no sorting: CROSS JOIN keeps that order.
-- view: roster_people
SELECT s.person_id AS person, s.place_id AS room, p.path AS address,
    CASE WHEN h.id IS NULL THEN v.name ELSE h.name END AS name,
    CASE WHEN h.id IS NULL THEN v.sex ELSE h.sex END AS sex,
    CASE WHEN h.id IS NULL THEN v.birth ELSE h.birth END AS birth,
    CASE WHEN h.id IS NULL THEN v.identity_kind ELSE h.identity_kind END AS identity_kind,
    CASE WHEN h.id IS NULL THEN v.identity ELSE h.identity END AS identity,
    CASE WHEN h.id IS NULL THEN v.phone ELSE h.phone END AS phone, s.kind, s.from_ms AS since,
    CASE WHEN h.id IS NULL THEN v.care ELSE h.care END AS care_bits,
    CASE WHEN h.id IS NULL THEN v.is_immobile ELSE h.is_immobile END AS is_immobile,
    CASE WHEN h.id IS NULL THEN v.household_id ELSE h.household_id END AS household_id,
    CASE WHEN h.id IS NULL THEN v.relation ELSE h.relation END AS relation,
    CASE WHEN h.id IS NULL THEN v.is_stub ELSE h.is_stub END AS is_stub, v.changed_seq,
    p.sort AS place_sort
FROM place_node p CROSS JOIN roster_stay s CROSS JOIN roster_person v
LEFT JOIN roster_person_past h ON h.area = v.area AND h.id = v.id AND v.data_seq > :as_of
    AND h.data_seq <= :as_of AND h.superseded_seq > :as_of
WHERE p.area = :area AND s.area = p.area AND s.place_id = p.id AND v.area = s.area
    AND v.id = s.person_id AND s.made_seq <= :as_of
    AND (s.superseded_seq = 0 OR s.superseded_seq > :as_of)
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND s.from_ms <= coalesce(:on, (SELECT l.received_ms FROM ledger l
        WHERE l.area = :area AND l.seq = :as_of), :now)
    AND s.until_ms > coalesce(:on, (SELECT l.received_ms FROM ledger l
        WHERE l.area = :area AND l.seq = :as_of), :now)
    AND (:kind IS NULL OR s.kind = :kind)
    AND (:presence IS NULL OR
        (:presence = roster_presence_PRESENT) = (s.kind <= roster_stay_kind_VISITOR))
    AND (:household IS NULL OR
        CASE WHEN h.id IS NULL THEN v.household_id ELSE h.household_id END = :household)
    AND (:care IS NULL OR CASE WHEN h.id IS NULL THEN v.care ELSE h.care END /
        CASE :care WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 2 THEN 4
        WHEN 3 THEN 8 WHEN 4 THEN 16 WHEN 5 THEN 32 WHEN 6 THEN 64 WHEN 7 THEN 128 WHEN 8 THEN 256
        WHEN 9 THEN 512 WHEN 10 THEN 1024 ELSE 2048 END % 2 = 1);

-- view: roster_lived
SELECT s.person_id AS person, s.place_id AS room, p.path AS address,
    CASE WHEN h.id IS NULL THEN v.name ELSE h.name END AS name,
    CASE WHEN h.id IS NULL THEN v.sex ELSE h.sex END AS sex,
    CASE WHEN h.id IS NULL THEN v.identity ELSE h.identity END AS identity,
    CASE WHEN h.id IS NULL THEN v.phone ELSE h.phone END AS phone,
    s.kind, s.from_ms AS since, s.until_ms AS till, s.made_seq, p.sort AS place_sort, s.from_ms
FROM place_node p CROSS JOIN roster_stay s CROSS JOIN roster_person v
LEFT JOIN roster_person_past h ON h.area = v.area AND h.id = v.id AND v.data_seq > :as_of
    AND h.data_seq <= :as_of AND h.superseded_seq > :as_of
WHERE p.area = :area AND s.area = p.area AND s.place_id = p.id AND v.area = s.area
    AND v.id = s.person_id AND s.made_seq <= :as_of
    AND (s.superseded_seq = 0 OR s.superseded_seq > :as_of)
    AND p.sort >= (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place)
    AND p.sort < (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place)
    AND s.from_ms <= coalesce(:until, :on) AND s.until_ms > :on;

-- Whoever has these characters in name, readings or tails of numbers, or lives in such a room. Of a
-- whole number the tail is looked for: there is no more of it in clear. Letters alone are typed for
-- a name, so rooms are looked through for what has a digit or Han in it.
-- view: roster_search
SELECT v.id AS person, v.name, v.sex, v.identity, v.phone, s.place_id AS room,
    coalesce(r.path, '') AS address, s.kind, v.is_stub, sub_hits.rank
FROM (SELECT sub_all.id, min(sub_all.rank) AS rank
    FROM (SELECT CASE WHEN m.same_as > 0 THEN m.same_as ELSE m.id END AS id,
            CASE WHEN m.name = :q THEN 0
                WHEN w.words LIKE replace(replace(replace(lower(:q), '\', '\\'), '%', '\%'),
                    '_', '\_') || '%' ESCAPE '\' THEN 1
                ELSE 2 END AS rank
        FROM roster_search w CROSS JOIN roster_person m
        WHERE w.area = :area AND :q <> '' AND m.area = w.area AND m.id = w.id
            AND (w.words LIKE '%' || replace(replace(replace(lower(:q), '\', '\\'), '%', '\%'),
                    '_', '\_') || '%' ESCAPE '\'
                OR (length(:q) >= 7 AND rtrim(:q, '0123456789Xx') = ''
                    AND w.words LIKE '%' || lower(substr(:q, length(:q) - 3)) || '%'))
        UNION ALL
        SELECT c.person_id, 3 FROM place_node p CROSS JOIN roster_stay c
        WHERE p.area = :area AND rtrim(lower(:q), 'abcdefghijklmnopqrstuvwxyz') <> ''
            AND p.kind = place_kind_ROOM AND c.area = p.area
            AND c.place_id = p.id AND c.superseded_seq = 0 AND c.from_ms <= :now
            AND c.until_ms > :now AND (lower(p.path) LIKE
                '%' || replace(replace(replace(lower(:q), '\', '\\'), '%', '\%'),
                '_', '\_') || '%' ESCAPE '\'
                OR p.shorts LIKE
                '%' || replace(replace(replace(lower(:q), '\', '\\'), '%', '\%'),
                '_', '\_') || '%' ESCAPE '\')
        ) AS sub_all
    GROUP BY sub_all.id ORDER BY min(sub_all.rank), sub_all.id LIMIT 50) AS sub_hits
CROSS JOIN roster_person v
LEFT JOIN roster_stay s ON s.area = v.area AND s.person_id = v.id AND s.superseded_seq = 0
    AND s.from_ms <= :now AND s.until_ms > :now AND s.place_id = (
        SELECT c.place_id FROM roster_stay c WHERE c.area = :area AND c.person_id = v.id
        AND c.superseded_seq = 0 AND c.from_ms <= :now AND c.until_ms > :now
        ORDER BY CASE WHEN c.kind <= roster_stay_kind_VISITOR THEN 0 ELSE 1 END, c.from_ms,
            c.place_id LIMIT 1)
LEFT JOIN place_node r ON r.area = s.area AND r.id = s.place_id
WHERE v.area = :area AND v.id = sub_hits.id;

-- The plus signs keep SQLite from searching twice, and remembering, where once is enough.
-- What a person's record has now that it had not at a row of the ledger, and whose row changed it
-- last; words with a space before each. Times of the ledger are those of receiving.
-- query: roster_changes_since
-- in: person_id person, seq_id seen
-- out: seq_id changed, time_ms at, user_id account, str words
SELECT p.changed_seq, l.received_ms, t.user_id,
    CASE WHEN h.name <> p.name THEN ' name' ELSE '' END
    || CASE WHEN h.sex <> p.sex THEN ' sex' ELSE '' END
    || CASE WHEN h.birth <> p.birth THEN ' birth' ELSE '' END
    || CASE WHEN h.identity_kind <> p.identity_kind OR h.identity <> p.identity
        THEN ' identity' ELSE '' END
    || CASE WHEN h.phone <> p.phone THEN ' phone' ELSE '' END
    || CASE WHEN h.care <> p.care THEN ' care' ELSE '' END
    || CASE WHEN h.is_immobile <> p.is_immobile THEN ' is_immobile' ELSE '' END
    || CASE WHEN h.population <> p.population THEN ' population' ELSE '' END
    || CASE WHEN h.household_id <> p.household_id THEN ' household' ELSE '' END
    || CASE WHEN h.relation <> p.relation OR h.is_head <> p.is_head THEN ' relation' ELSE '' END
    || CASE WHEN h.registered_address <> p.registered_address THEN ' registered_address'
        ELSE '' END
    || CASE WHEN h.work <> p.work THEN ' work' ELSE '' END
    || CASE WHEN h.note <> p.note THEN ' note' ELSE '' END
    || CASE WHEN h.same_as <> p.same_as THEN ' same_as' ELSE '' END
    || CASE WHEN EXISTS (SELECT 1 FROM roster_stay s WHERE s.area = :area
            AND s.person_id = p.id AND (s.made_seq > :seen OR s.superseded_seq > :seen))
        THEN ' stays' ELSE '' END
FROM roster_person p LEFT JOIN roster_person_past h ON h.area = :area AND h.id = p.id
        AND h.data_seq <= :seen AND h.superseded_seq > :seen
    LEFT JOIN ledger l ON l.area = :area AND l.seq = p.changed_seq
    LEFT JOIN stream t ON t.area = :area AND t.stream = l.stream
WHERE p.area = :area AND p.id = :person;

-- view: roster_person
SELECT v.id AS person, CASE WHEN h.id IS NULL THEN v.name ELSE h.name END AS name,
    CASE WHEN h.id IS NULL THEN v.sex ELSE h.sex END AS sex,
    CASE WHEN h.id IS NULL THEN v.birth ELSE h.birth END AS birth,
    CASE WHEN h.id IS NULL THEN v.identity_kind ELSE h.identity_kind END AS identity_kind,
    CASE WHEN h.id IS NULL THEN v.identity ELSE h.identity END AS identity,
    CASE WHEN h.id IS NULL THEN v.is_identity_doubtful ELSE h.is_identity_doubtful END
        AS is_identity_doubtful,
    CASE WHEN h.id IS NULL THEN v.phone ELSE h.phone END AS phone,
    CASE WHEN h.id IS NULL THEN v.care ELSE h.care END AS care_bits,
    CASE WHEN h.id IS NULL THEN v.is_immobile ELSE h.is_immobile END AS is_immobile,
    CASE WHEN h.id IS NULL THEN v.population ELSE h.population END AS population,
    CASE WHEN h.id IS NULL THEN v.household_id ELSE h.household_id END AS household,
    CASE WHEN h.id IS NULL THEN v.relation ELSE h.relation END AS relation,
    CASE WHEN h.id IS NULL THEN v.registered_address ELSE h.registered_address END
        AS registered_address,
    CASE WHEN h.id IS NULL THEN v.work ELSE h.work END AS work,
    CASE WHEN h.id IS NULL THEN v.note ELSE h.note END AS note,
    CASE WHEN h.id IS NULL THEN v.is_stub ELSE h.is_stub END AS is_stub,
    CASE WHEN h.id IS NULL THEN v.same_as ELSE h.same_as END AS same_as, v.changed_seq,
    (SELECT count(*) FROM roster_stay s
        WHERE s.area = :area AND s.person_id = v.id AND s.made_seq <= :as_of
        AND (+s.superseded_seq = 0 OR +s.superseded_seq > :as_of)) AS stays,
    (SELECT count(*) FROM roster_person_past x WHERE x.area = :area AND x.id = v.id
        AND x.data_seq <= :as_of) + CASE WHEN v.data_seq <= :as_of THEN 1 ELSE 0 END AS versions,
    (SELECT count(*) FROM roster_person x WHERE x.area = :area AND x.same_as = v.id
        AND x.same_as > 0) AS merged
FROM roster_person v
LEFT JOIN roster_person_past h ON h.area = v.area AND h.id = v.id AND v.data_seq > :as_of
    AND h.data_seq <= :as_of AND h.superseded_seq > :as_of
WHERE v.area = :area AND v.id = :person AND v.made_seq <= :as_of;

-- view: roster_stays
SELECT s.place_id AS room, p.path AS address, s.kind, s.from_ms AS since, s.until_ms AS till,
    s.made_seq, s.from_ms
FROM roster_stay s JOIN place_node p ON p.area = s.area AND p.id = s.place_id
WHERE s.area = :area AND s.person_id = :person AND s.made_seq <= :as_of
    AND (s.superseded_seq = 0 OR s.superseded_seq > :as_of);

-- view: roster_versions
SELECT sub_known.data_seq, l.received_ms AS at, l.command, t.user_id AS account, sub_known.name,
    sub_known.sex, sub_known.birth, sub_known.identity, sub_known.phone,
    sub_known.care AS care_bits, sub_known.note, sub_known.same_as,
    -sub_known.data_seq AS newest_first
FROM (SELECT area, data_seq, name, sex, birth, identity, phone, care, note, same_as
    FROM roster_person WHERE area = :area AND id = :person
    UNION ALL
    SELECT area, data_seq, name, sex, birth, identity, phone, care, note, same_as
    FROM roster_person_past WHERE area = :area AND id = :person) AS sub_known
JOIN ledger l ON l.area = :area AND l.seq = sub_known.data_seq
JOIN stream t ON t.area = :area AND t.stream = l.stream
WHERE sub_known.data_seq <= :as_of;

-- view: roster_merged
SELECT id AS person, name, same_as AS into_id FROM roster_person
WHERE area = :area AND same_as > 0 AND (:into IS NULL OR same_as = :into);

-- A person's records: her own, and those that were merged into it.
-- part: roster_records
SELECT id FROM roster_person WHERE area = :area AND id = :person
UNION ALL
SELECT id FROM roster_person
WHERE area = :area AND same_as = :person AND same_as > 0 AND data_seq <= :as_of
UNION ALL
SELECT id FROM roster_person_past
WHERE area = :area AND same_as = :person AND same_as > 0 AND data_seq <= :as_of
    AND superseded_seq > :as_of;

-- What happened to a person under any of her records. A later module adds to it by a part of this
-- name with these columns; `number` sets apart what one row of the ledger did to one record: below
-- 0 are records and stays, then events, a later module's own from 1000 on. Rows are found by person
-- first, and what belongs to them by CROSS JOIN or one by one: lest SQLite look at all of a table.
-- part: roster_things
SELECT e.at_ms AS at, e.what, e.detail, '' AS health, e.person_id AS record, e.seq, e.number
FROM roster_event e WHERE e.area = :area AND e.person_id IN (PARTS(roster_records))
UNION ALL
SELECT l.at_ms, l.command, '', '', x.id, x.data_seq, -1
FROM roster_person_past x CROSS JOIN ledger l
WHERE x.area = :area AND x.id IN (PARTS(roster_records)) AND l.area = :area AND l.seq = x.data_seq
UNION ALL
SELECT l.at_ms, l.command, '', '', x.id, x.data_seq, -1
FROM roster_person x CROSS JOIN ledger l
WHERE x.area = :area AND x.id IN (PARTS(roster_records)) AND l.area = :area AND l.seq = x.data_seq
UNION ALL
SELECT l.at_ms, 'roster_stay', p.path, '', s.person_id, s.made_seq, s.from_ms - 1000000000000000
FROM roster_stay s CROSS JOIN place_node p CROSS JOIN ledger l
WHERE s.area = :area AND s.person_id IN (PARTS(roster_records)) AND p.area = :area
    AND p.id = s.place_id AND l.area = :area AND l.seq = s.made_seq;

-- As many as that, of the one record sub_records.id: a module that adds to one part adds to both.
-- part: roster_thing_counts
SELECT count(*) AS n FROM roster_event e
WHERE e.area = :area AND e.person_id = sub_records.id AND e.seq <= :as_of
UNION ALL
SELECT count(*) FROM roster_person_past x
WHERE x.area = :area AND x.id = sub_records.id AND x.data_seq <= :as_of
UNION ALL
SELECT count(*) FROM roster_person x
WHERE x.area = :area AND x.id = sub_records.id AND x.data_seq <= :as_of
UNION ALL
SELECT count(*) FROM roster_stay s
WHERE s.area = :area AND s.person_id = sub_records.id AND s.made_seq <= :as_of;

-- view: roster_person_page
SELECT sub_things.at, sub_things.what, sub_things.detail, sub_things.health,
    (SELECT t.user_id FROM ledger g CROSS JOIN stream t WHERE g.area = :area
        AND g.seq = sub_things.seq AND t.area = :area AND t.stream = g.stream) AS account,
    sub_things.record, sub_things.seq, sub_things.number
FROM (PARTS(roster_things)) AS sub_things
WHERE +sub_things.seq <= :as_of;

-- Apart from roster_person, which is looked up at every gate: here each round is looked into.
-- view: roster_person_things
SELECT v.id AS person, (SELECT CAST(sum((SELECT CAST(sum(sub_counts.n) AS INTEGER)
    FROM (PARTS(roster_thing_counts)) AS sub_counts)) AS INTEGER)
    FROM (PARTS(roster_records)) AS sub_records) AS things
FROM roster_person v
WHERE v.area = :area AND v.id = :person AND v.made_seq <= :as_of;

-- view: roster_board
SELECT p.id AS place, p.kind, p.path, coalesce(sub_sums.people, 0) AS people,
    coalesce(sub_sums.present, 0) AS present, p.sort
FROM place_node p LEFT JOIN (
    SELECT c.id, count(*) AS people,
        CAST(sum(CASE WHEN s.kind <= roster_stay_kind_VISITOR THEN 1 ELSE 0 END) AS INTEGER)
        AS present
    FROM place_node c CROSS JOIN place_node n CROSS JOIN roster_stay s
    WHERE c.area = :area AND c.parent_id = coalesce(:parent, 0) AND n.area = c.area
        AND n.sort >= c.sort AND n.sort < c.sort || '"' AND s.area = n.area AND s.place_id = n.id
        AND s.made_seq <= :as_of AND (s.superseded_seq = 0 OR s.superseded_seq > :as_of)
        AND s.from_ms <= coalesce((SELECT l.received_ms FROM ledger l WHERE l.area = :area
            AND l.seq = :as_of), :now)
        AND s.until_ms > coalesce((SELECT l.received_ms FROM ledger l WHERE l.area = :area
            AND l.seq = :as_of), :now)
    GROUP BY c.id) AS sub_sums ON sub_sums.id = p.id
WHERE p.area = :area AND p.parent_id = coalesce(:parent, 0) AND p.made_seq <= :as_of
    AND (p.closed_seq = 0 OR p.closed_seq > :as_of);

-- view: roster_homes
SELECT p.id AS room, p.path,
    (SELECT count(*) FROM roster_stay s WHERE s.area = :area AND s.place_id = p.id
        AND s.made_seq <= :as_of
    AND (s.superseded_seq = 0 OR s.superseded_seq > :as_of)
        AND s.from_ms <= coalesce((SELECT l.received_ms FROM ledger l
        WHERE l.area = :area AND l.seq = :as_of), :now)
        AND s.until_ms > coalesce((SELECT l.received_ms FROM ledger l
        WHERE l.area = :area AND l.seq = :as_of), :now)
        ) AS people,
    p.sort
FROM place_node p
WHERE p.area = :area AND p.kind = place_kind_ROOM AND p.made_seq <= :as_of
    AND (p.closed_seq = 0 OR p.closed_seq > :as_of)
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END;

-- view: roster_households
SELECT d.id AS household, d.code, d.place_id AS room, p.path AS address, d.housing, d.landlord,
    (SELECT count(*) FROM roster_person v WHERE v.area = :area AND v.household_id = d.id
        AND v.same_as = 0) AS members,
    p.sort AS place_sort
FROM place_node p CROSS JOIN roster_household d
WHERE p.area = :area AND d.area = p.area AND d.place_id = p.id
    AND (:household IS NULL OR d.id = :household)
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END;

-- As known now by the index; what was known before lies in the past, which is read only then.
-- view: roster_members
SELECT h.id AS person, h.name, h.relation, h.is_head, h.phone FROM roster_person_past h
WHERE h.area = :area AND h.household_id = :household AND :household > 0 AND h.same_as = 0
    AND :as_of < 9223372036854775807 AND h.data_seq <= :as_of AND h.superseded_seq > :as_of
UNION ALL
SELECT p.id, p.name, p.relation, p.is_head, p.phone FROM roster_person p
WHERE p.area = :area AND p.household_id = :household AND :household > 0 AND p.same_as = 0
    AND p.data_seq <= :as_of;

-- view: roster_kinds
SELECT s.kind, count(*) AS people
FROM place_node p CROSS JOIN roster_stay s
WHERE p.area = :area AND s.area = p.area AND s.place_id = p.id AND s.made_seq <= :as_of
    AND (s.superseded_seq = 0 OR s.superseded_seq > :as_of)
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND s.from_ms <= coalesce((SELECT l.received_ms FROM ledger l
        WHERE l.area = :area AND l.seq = :as_of), :now)
    AND s.until_ms > coalesce((SELECT l.received_ms FROM ledger l
        WHERE l.area = :area AND l.seq = :as_of), :now)
GROUP BY s.kind;

-- view: roster_cares
WITH sub_cares AS (
    SELECT 0 AS care, 1 AS bit UNION ALL SELECT 1, 2 UNION ALL SELECT 2, 4 UNION ALL SELECT 3, 8
    UNION ALL SELECT 4, 16 UNION ALL SELECT 5, 32 UNION ALL SELECT 6, 64 UNION ALL SELECT 7, 128
    UNION ALL SELECT 8, 256 UNION ALL SELECT 9, 512 UNION ALL SELECT 10, 1024
    UNION ALL SELECT 11, 2048)
SELECT sub_cares.care, count(*) AS people
FROM place_node p CROSS JOIN roster_stay s CROSS JOIN roster_person v CROSS JOIN sub_cares
WHERE p.area = :area AND s.area = p.area AND s.place_id = p.id AND s.superseded_seq = 0
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND s.from_ms <= :now AND s.until_ms > :now AND v.area = s.area AND v.id = s.person_id
    AND v.care > 0 AND v.care / sub_cares.bit % 2 = 1
GROUP BY sub_cares.care;

-- view: roster_doubtful
SELECT sub_doubts.why, sub_doubts.person, sub_doubts.name, sub_doubts.identity, sub_doubts.phone
FROM (SELECT roster_doubt_STUB AS why, v.id AS person, v.name, v.identity, v.phone
FROM roster_person v
WHERE v.area = :area AND v.is_stub = 1 AND v.same_as = 0
UNION ALL
SELECT roster_doubt_IDENTITY, v.id, v.name, v.identity, v.phone
FROM roster_person v
WHERE v.area = :area AND v.is_identity_doubtful = 1 AND v.same_as = 0
UNION ALL
SELECT roster_doubt_TWICE, v.id, v.name, v.identity, v.phone
FROM (SELECT t.identity_hash AS hash FROM roster_person t
    WHERE t.area = :area AND length(t.identity_hash) > 0 AND t.same_as = 0
    GROUP BY t.identity_hash HAVING count(*) > 1) AS sub_twice
CROSS JOIN roster_person v
WHERE v.area = :area AND v.identity_hash = sub_twice.hash AND length(v.identity_hash) > 0
    AND v.same_as = 0
UNION ALL
SELECT roster_doubt_HOMELESS, v.id, v.name, v.identity, v.phone
FROM roster_search w CROSS JOIN roster_person v
WHERE w.area = :area AND NOT EXISTS (
    SELECT 1 FROM roster_stay s WHERE s.area = :area AND s.person_id = w.id
    AND s.superseded_seq = 0)
    AND v.area = w.area AND v.id = w.id AND v.same_as = 0 AND v.is_stub = 0
UNION ALL
SELECT roster_doubt_CLOSED, v.id, v.name, v.identity, v.phone
FROM place_node p CROSS JOIN roster_stay s CROSS JOIN roster_person v
WHERE p.area = :area AND (p.closed_seq > 0 OR p.is_stub = 1) AND s.area = p.area
    AND s.place_id = p.id AND s.superseded_seq = 0 AND s.from_ms <= :now AND s.until_ms > :now
    AND v.area = s.area AND v.id = s.person_id) AS sub_doubts
WHERE (:why IS NULL OR sub_doubts.why = :why);

-- view: roster_doubts
SELECT sub_doubts.why, count(*) AS people
FROM (SELECT roster_doubt_STUB AS why, v.id AS person, v.name, v.identity, v.phone
FROM roster_person v
WHERE v.area = :area AND v.is_stub = 1 AND v.same_as = 0
UNION ALL
SELECT roster_doubt_IDENTITY, v.id, v.name, v.identity, v.phone
FROM roster_person v
WHERE v.area = :area AND v.is_identity_doubtful = 1 AND v.same_as = 0
UNION ALL
SELECT roster_doubt_TWICE, v.id, v.name, v.identity, v.phone
FROM (SELECT t.identity_hash AS hash FROM roster_person t
    WHERE t.area = :area AND length(t.identity_hash) > 0 AND t.same_as = 0
    GROUP BY t.identity_hash HAVING count(*) > 1) AS sub_twice
CROSS JOIN roster_person v
WHERE v.area = :area AND v.identity_hash = sub_twice.hash AND length(v.identity_hash) > 0
    AND v.same_as = 0
UNION ALL
SELECT roster_doubt_HOMELESS, v.id, v.name, v.identity, v.phone
FROM roster_search w CROSS JOIN roster_person v
WHERE w.area = :area AND NOT EXISTS (
    SELECT 1 FROM roster_stay s WHERE s.area = :area AND s.person_id = w.id
    AND s.superseded_seq = 0)
    AND v.area = w.area AND v.id = w.id AND v.same_as = 0 AND v.is_stub = 0
UNION ALL
SELECT roster_doubt_CLOSED, v.id, v.name, v.identity, v.phone
FROM place_node p CROSS JOIN roster_stay s CROSS JOIN roster_person v
WHERE p.area = :area AND (p.closed_seq > 0 OR p.is_stub = 1) AND s.area = p.area
    AND s.place_id = p.id AND s.superseded_seq = 0 AND s.from_ms <= :now AND s.until_ms > :now
    AND v.area = s.area AND v.id = s.person_id) AS sub_doubts
GROUP BY sub_doubts.why;

-- Days are those of China, as an import reads them: date_of_days of base/calendar.c.
-- view: roster_sheet
SELECT coalesce((SELECT min(g.name) FROM place_set_node m
        JOIN place_set g ON g.area = m.area AND g.id = m.set_id AND g.closed_seq = 0
        WHERE m.area = :area AND m.superseded_seq = 0 AND g.kind = place_set_kind_GRID
        AND m.place_id IN (p.id, p.compound_id, p.building_id, p.stair_id, p.floor_id)),
        '') AS grid,
    coalesce(c.name, '') AS compound, coalesce(b.name, '') AS building,
    coalesce(t.name, '') AS stair,
    CASE WHEN p.kind = place_kind_ROOM THEN p.name ELSE '' END AS room,
    coalesce(d.code, '') AS household_code, v.relation, v.name, v.sex, v.birth, v.identity_kind,
    v.identity, v.phone, v.population, s.kind, v.registered_address, p.path AS address,
    CASE WHEN s.kind = roster_stay_kind_REGISTERED THEN 0
        WHEN s.kind IN (roster_stay_kind_RESIDENT, roster_stay_kind_TENANT, roster_stay_kind_AWAY)
        THEN 1 END AS is_apart,
    d.housing, d.landlord,
    rtrim(CASE WHEN v.care / 1 % 2 = 1 THEN '独居老人、' ELSE '' END ||
        CASE WHEN v.care / 2 % 2 = 1 THEN '高龄老人、' ELSE '' END ||
        CASE WHEN v.care / 4 % 2 = 1 THEN '孕产妇、' ELSE '' END ||
        CASE WHEN v.care / 8 % 2 = 1 THEN '透析、' ELSE '' END ||
        CASE WHEN v.care / 16 % 2 = 1 THEN '放化疗、' ELSE '' END ||
        CASE WHEN v.care / 32 % 2 = 1 THEN '慢性病、' ELSE '' END ||
        CASE WHEN v.care / 64 % 2 = 1 THEN '残疾、' ELSE '' END ||
        CASE WHEN v.care / 128 % 2 = 1 THEN '精神障碍、' ELSE '' END ||
        CASE WHEN v.care / 256 % 2 = 1 THEN '婴幼儿、' ELSE '' END ||
        CASE WHEN v.care / 512 % 2 = 1 THEN '困境儿童、' ELSE '' END ||
        CASE WHEN v.care / 1024 % 2 = 1 THEN '低保特困、' ELSE '' END ||
        CASE WHEN v.care / 2048 % 2 = 1 THEN '其他、' ELSE '' END ||
        CASE WHEN v.is_immobile = 1 THEN '行动不便、' ELSE '' END, '、') AS care,
    v.work,
    CASE WHEN s.from_ms = 0 THEN 0 ELSE (
        SELECT (sub_e.y + sub_e.mp / 10) * 10000 + (sub_e.mp + 2) % 12 * 100 + 100 + sub_e.doy
            - (153 * sub_e.mp + 2) / 5 + 1
        FROM (SELECT sub_d.y, sub_d.doy, (5 * sub_d.doy + 2) / 153 AS mp
            FROM (SELECT sub_c.yoe + sub_c.era * 400 AS y,
                    sub_c.doe - (365 * sub_c.yoe + sub_c.yoe / 4 - sub_c.yoe / 100) AS doy
                FROM (SELECT sub_b.era, sub_b.doe, (sub_b.doe - sub_b.doe / 1460
                        + sub_b.doe / 36524 - sub_b.doe / 146096) / 365 AS yoe
                    FROM (SELECT sub_a.z / 146097 AS era, sub_a.z % 146097 AS doe
                        FROM (SELECT (s.from_ms + 28800000) / 86400000 + 719468 AS z) AS sub_a
                        ) AS sub_b) AS sub_c) AS sub_d) AS sub_e) END AS since,
    CASE WHEN s.until_ms >= 253402214400000 THEN 0 ELSE (
        SELECT (sub_e.y + sub_e.mp / 10) * 10000 + (sub_e.mp + 2) % 12 * 100 + 100 + sub_e.doy
            - (153 * sub_e.mp + 2) / 5 + 1
        FROM (SELECT sub_d.y, sub_d.doy, (5 * sub_d.doy + 2) / 153 AS mp
            FROM (SELECT sub_c.yoe + sub_c.era * 400 AS y,
                    sub_c.doe - (365 * sub_c.yoe + sub_c.yoe / 4 - sub_c.yoe / 100) AS doy
                FROM (SELECT sub_b.era, sub_b.doe, (sub_b.doe - sub_b.doe / 1460
                        + sub_b.doe / 36524 - sub_b.doe / 146096) / 365 AS yoe
                    FROM (SELECT sub_a.z / 146097 AS era, sub_a.z % 146097 AS doe
                        FROM (SELECT (s.until_ms + 28800000) / 86400000 + 719468 AS z) AS sub_a
                        ) AS sub_b) AS sub_c) AS sub_d) AS sub_e) END AS till,
    v.note, p.sort AS place_sort, s.person_id AS person
FROM place_node p CROSS JOIN roster_stay s CROSS JOIN roster_person v
LEFT JOIN roster_household d ON d.area = v.area AND d.id = v.household_id
LEFT JOIN place_node c ON c.area = p.area AND c.id = p.compound_id
LEFT JOIN place_node b ON b.area = p.area AND b.id = p.building_id
LEFT JOIN place_node t ON t.area = p.area AND t.id = p.stair_id
WHERE p.area = :area AND s.area = p.area AND s.place_id = p.id AND s.superseded_seq = 0
    AND s.from_ms <= :now AND s.until_ms > :now AND v.area = s.area AND v.id = s.person_id
    AND p.sort >= CASE WHEN :place IS NULL THEN '' ELSE
        (SELECT n.sort FROM place_node n WHERE n.area = :area AND n.id = :place) END
    AND p.sort < CASE WHEN :place IS NULL THEN '~' ELSE
        (SELECT n.sort || '"' FROM place_node n WHERE n.area = :area AND n.id = :place) END;

-- query: roster_column_get
-- in: str heading
-- out: str meaning
SELECT meaning FROM roster_column WHERE area = :area AND heading = :heading;

-- query: roster_column_insert
-- in: str heading, str meaning, seq_id seq
INSERT INTO roster_column (area, heading, meaning, told_seq)
VALUES (:area, :heading, :meaning, :seq);

-- query: roster_column_set
-- in: str heading, str meaning, seq_id seq
UPDATE roster_column SET meaning = :meaning, told_seq = :seq
WHERE area = :area AND heading = :heading;

-- each: roster_columns_all
-- out: str heading, str meaning
SELECT heading, meaning FROM roster_column WHERE area = :area ORDER BY heading;

-- view: roster_columns
SELECT heading, meaning FROM roster_column WHERE area = :area;

-- What was received before a time ends at a row that halving finds: received never goes back.
-- One row of the ledger may have brought hundreds, and is asked once.
-- view: roster_news
WITH RECURSIVE sub_half(low, high) AS (
    SELECT CAST(0 AS INTEGER), h.seq FROM ledger_head h WHERE h.area = :area
    UNION ALL
    SELECT CASE WHEN l.received_ms < :since THEN l.seq ELSE sub_half.low END,
        CASE WHEN l.received_ms < :since THEN sub_half.high ELSE l.seq - 1 END
    FROM sub_half JOIN ledger l ON l.area = :area
        AND l.seq = sub_half.low + (sub_half.high - sub_half.low + 1) / 2
    WHERE sub_half.low < sub_half.high),
sub_news AS (
    SELECT p.id, p.name, p.is_stub, CASE WHEN p.made_seq > sub_last.seq
            THEN roster_novelty_ADDED ELSE roster_novelty_CHANGED END AS what,
        CASE WHEN p.made_seq > sub_last.seq THEN p.made_seq ELSE p.changed_seq END AS seq
    FROM (SELECT max(low) AS seq FROM sub_half) AS sub_last
        JOIN roster_person p ON p.area = :area AND p.id > 0
            AND p.changed_seq > sub_last.seq),
sub_when AS (
    SELECT l.seq, l.received_ms
    FROM (SELECT DISTINCT seq FROM sub_news) AS sub_seq CROSS JOIN ledger l
    WHERE l.area = :area AND l.seq = sub_seq.seq)
SELECT sub_news.what, sub_news.id AS person, sub_news.name, sub_when.received_ms AS at,
    sub_news.is_stub, sub_news.seq, -sub_news.seq AS newest_first
FROM sub_news LEFT JOIN sub_when ON sub_when.seq = sub_news.seq
WHERE :what IS NULL OR sub_news.what = :what;

-- view: roster_news_board
WITH RECURSIVE sub_half(low, high) AS (
    SELECT CAST(0 AS INTEGER), h.seq FROM ledger_head h WHERE h.area = :area
    UNION ALL
    SELECT CASE WHEN l.received_ms < :since THEN l.seq ELSE sub_half.low END,
        CASE WHEN l.received_ms < :since THEN sub_half.high ELSE l.seq - 1 END
    FROM sub_half JOIN ledger l ON l.area = :area
        AND l.seq = sub_half.low + (sub_half.high - sub_half.low + 1) / 2
    WHERE sub_half.low < sub_half.high)
SELECT what, count(*) AS people
FROM (SELECT CASE WHEN p.made_seq > sub_last.seq
            THEN roster_novelty_ADDED ELSE roster_novelty_CHANGED END AS what
    FROM (SELECT max(low) AS seq FROM sub_half) AS sub_last
        JOIN roster_person p ON p.area = :area AND p.id > 0
            AND p.changed_seq > sub_last.seq) AS sub_news
GROUP BY what;
