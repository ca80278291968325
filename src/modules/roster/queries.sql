-- query: roster_person_get
-- in: person_id person
-- out: str name, int64_t sex, date_ymd birth, int64_t identity_kind, blob identity, blob identity_hash
-- out: bool is_identity_doubtful, blob phone, blob phone_hash, int64_t care, bool is_immobile
-- out: int64_t population, household_id household, str relation, bool is_head
-- out: str registered_address, str work, str note, bool is_stub, person_id same_as
-- out: seq_id made, seq_id since, seq_id changed
SELECT name, sex, birth, identity_kind, identity, identity_hash, is_identity_doubtful, phone,
    phone_hash, care, is_immobile, population, household_id, relation, is_head,
    registered_address, work, note, is_stub, same_as, made_seq, data_seq, changed_seq
FROM roster_person WHERE area = :area AND id = :person;

-- query: roster_same_as
-- in: person_id person
-- out: person_id same_as
SELECT same_as FROM roster_person WHERE area = :area AND id = :person;

-- query: roster_identity_find
-- in: blob hash, person_id except
-- out: person_id person
SELECT id FROM roster_person
WHERE area = :area AND identity_hash = :hash AND length(identity_hash) > 0 AND same_as = 0
    AND id <> :except
ORDER BY id LIMIT 1;

-- bulk: roster_person_insert
-- in: person_id person, str name, int64_t sex, date_ymd birth, int64_t identity_kind, blob identity
-- in: blob identity_hash, bool is_identity_doubtful, blob phone, blob phone_hash, int64_t care
-- in: bool is_immobile, int64_t population, household_id household, str relation, bool is_head
-- in: str registered_address, str work, str note, bool is_stub, seq_id seq
INSERT INTO roster_person (area, id, name, sex, birth, identity_kind, identity, identity_hash,
    is_identity_doubtful, phone, phone_hash, care, is_immobile, population, household_id, relation,
    is_head, registered_address, work, note, is_stub, same_as, made_seq, data_seq, changed_seq)
VALUES (:area, :person, :name, :sex, :birth, :identity_kind, :identity, :identity_hash, :is_identity_doubtful, :phone, :phone_hash, :care, :is_immobile, :population, :household, :relation, :is_head, :registered_address, :work, :note, :is_stub, 0, :seq, :seq, :seq);

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
INSERT INTO roster_stay (area, place_id, person_id, made_seq, from_ms, until_ms, kind, superseded_seq)
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
