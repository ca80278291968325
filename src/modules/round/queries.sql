-- query: round_get
-- in: round_id round
-- out: int64_t state, place_id scope, time_ms opens, time_ms closes, int64_t day
-- out: int64_t age_from, time_ms closed
SELECT state, scope_id, opens_ms, closes_ms, day, age_from, closed_ms
FROM round_round WHERE area = :area AND id = :round;

-- each: round_open_of
-- in: place_id scope
-- out: round_id round, time_ms opens, time_ms closes
SELECT id, opens_ms, closes_ms FROM round_round
WHERE area = :area AND state = round_state_OPEN AND scope_id = :scope;

-- A round that only a sample has named.
-- query: round_stub_insert
-- in: round_id round, seq_id seq
INSERT INTO round_round (area, id, name, state, scope_id, opens_ms, closes_ms, day, age_from,
    plan_seq, mix, opened_seq, opened_ms, closed_seq, closed_ms, frozen)
VALUES (:area, :round, '', round_state_PLANNED, 0, 0, 0, 0, 0, 0, 0, :seq, 0, 0, 0, 0);

-- query: round_open_set
-- in: round_id round, step step, str name, place_id scope, time_ms opens, time_ms closes
-- in: int64_t day, int64_t age_from, seq_id plan, int64_t mix, seq_id seq, time_ms at
UPDATE round_round SET state = :step_to, name = :name, scope_id = :scope, opens_ms = :opens,
    closes_ms = :closes, day = :day, age_from = :age_from, plan_seq = :plan, mix = :mix,
    opened_seq = :seq, opened_ms = :at
WHERE area = :area AND id = :round AND state = :step_from;

-- query: round_ground_insert
-- in: round_id round, int64_t exemption, int64_t window_ms, bool is_evidence_needed
INSERT INTO round_ground (area, round_id, exemption, window_ms, is_evidence_needed)
VALUES (:area, :round, :exemption, :window_ms, :is_evidence_needed);

-- query: round_ground_get
-- in: round_id round, int64_t exemption
-- out: int64_t window_ms, bool is_evidence_needed
SELECT window_ms, is_evidence_needed FROM round_ground
WHERE area = :area AND round_id = :round AND exemption = :exemption;

-- query: round_close_set
-- in: round_id round, step step, seq_id seq, time_ms at
UPDATE round_round SET state = :step_to, closed_seq = :seq, closed_ms = :at
WHERE area = :area AND id = :round AND state = :step_from;

-- Everybody with a stay in the scope that has begun, the best of each; and in a round of everywhere
-- also who is on the roster without a known place. Rows that samples made before the round was
-- opened stay as they are.
-- query: round_freeze
-- in: round_id round, place_id scope, time_ms at, int64_t born_after, bool is_empty, seq_id seq
INSERT INTO round_due (area, round_id, place_sort, person_id, place_id, compound_id, building_id,
    stair_id, floor_id, state, reason, exemption, since_ms, made_seq, first_state, state_seq,
    samples, sample_seq, sampled_seq, sampled_ms, contacts, contact_seq)
SELECT area, :round, place_sort, person_id, place_id, compound_id, building_id, stair_id, floor_id,
    state, CASE WHEN state = round_due_EXEMPT THEN round_reason_EXEMPT_BEGUN
        WHEN state = round_due_MISSING THEN round_reason_FROZEN
        WHEN same_as <> 0 THEN round_reason_DOUBLE
        WHEN until_ms <= :at THEN round_reason_LEFT
        WHEN kind = roster_stay_kind_DEAD THEN round_reason_DIED
        WHEN kind = roster_stay_kind_HOSPITAL THEN round_reason_HOSPITAL
        WHEN kind = roster_stay_kind_QUARANTINED THEN round_reason_QUARANTINED
        ELSE round_reason_LEFT END,
    CASE WHEN state <> round_due_EXEMPT THEN round_exemption_NONE
        WHEN birth > :born_after THEN round_exemption_AGE ELSE standing END,
    from_ms, :seq, state, :seq, 0, 0, 0, 0, 0, 0
FROM (SELECT area, person_id, place_id, place_sort, compound_id, building_id, stair_id, floor_id,
        kind, from_ms, until_ms, birth, same_as, standing,
        CASE WHEN same_as <> 0 OR kind > roster_stay_kind_VISITOR OR until_ms <= :at
            THEN round_due_ABSENT
        WHEN birth > :born_after OR standing <> 0 THEN round_due_EXEMPT
        ELSE round_due_MISSING END AS state
    FROM (SELECT p.area, p.id AS person_id, coalesce(s.place_id, 0) AS place_id,
            coalesce(n.sort, '') AS place_sort, coalesce(n.compound_id, 0) AS compound_id,
            coalesce(n.building_id, 0) AS building_id, coalesce(n.stair_id, 0) AS stair_id,
            coalesce(n.floor_id, 0) AS floor_id, coalesce(s.kind, 0) AS kind,
            coalesce(s.from_ms, 0) AS from_ms, coalesce(s.until_ms, :at + 1) AS until_ms,
            p.birth, p.same_as,
            coalesce((SELECT min(e.reason) FROM round_exemption e JOIN round_ground g
                ON g.area = :area AND g.round_id = :round AND g.exemption = e.reason
                WHERE e.area = :area AND e.person_id = p.id AND e.ended_seq = 0
                AND e.since_ms <= :at AND e.until_ms > :at), 0) AS standing,
            row_number() OVER (PARTITION BY p.id ORDER BY CASE WHEN s.from_ms > :at THEN 3
                WHEN s.until_ms <= :at THEN 2
                WHEN s.kind <= roster_stay_kind_VISITOR THEN 0 ELSE 1 END, CASE
                WHEN s.until_ms <= :at THEN -s.until_ms ELSE s.from_ms END, s.place_id)
                AS place_in_line
        FROM roster_person p LEFT JOIN roster_stay s ON s.area = :area AND s.person_id = p.id
                AND s.superseded_seq = 0
            LEFT JOIN place_node n ON n.area = :area AND n.id = s.place_id
        WHERE p.area = :area AND (s.person_id IS NOT NULL OR (p.is_stub = 0 AND p.same_as = 0))
            AND (:scope = 0 OR :scope IN (n.id, n.compound_id, n.building_id, n.stair_id,
                n.floor_id))) AS sub_stay
    WHERE place_in_line = 1 AND from_ms <= :at AND (:is_empty = 1
        OR (NOT EXISTS (SELECT 1 FROM round_due d WHERE d.area = :area AND d.round_id = :round
            AND d.person_id = sub_stay.person_id)
        AND NOT EXISTS (SELECT 1 FROM roster_person m JOIN round_due d ON d.area = :area
            AND d.round_id = :round AND d.person_id = m.id
        WHERE m.area = :area AND m.same_as = sub_stay.person_id AND m.same_as > 0))))
    AS sub_person;

-- query: round_counters_make
-- in: round_id round, seq_id seq
INSERT INTO round_counter (area, round_id, node_id, compound_id, building_id, stair_id, floor_id,
    first_sort, last_sort, missing, sampled, exempt, absent)
SELECT area, round_id, CASE WHEN floor_id <> 0 THEN floor_id WHEN stair_id <> 0 THEN stair_id
        WHEN building_id <> 0 THEN building_id ELSE compound_id END AS node_id,
    compound_id, building_id, stair_id, floor_id, min(place_sort), max(place_sort),
    CAST(sum(CASE WHEN state = round_due_MISSING THEN 1 ELSE 0 END) AS INTEGER),
    CAST(sum(CASE WHEN state = round_due_SAMPLED THEN 1 ELSE 0 END) AS INTEGER),
    CAST(sum(CASE WHEN state = round_due_EXEMPT THEN 1 ELSE 0 END) AS INTEGER),
    CAST(sum(CASE WHEN state = round_due_ABSENT THEN 1 ELSE 0 END) AS INTEGER)
FROM round_due WHERE area = :area AND round_id = :round AND made_seq = :seq
GROUP BY area, round_id, compound_id, building_id, stair_id, floor_id
ON CONFLICT (area, round_id, node_id) DO UPDATE SET
    first_sort = CASE WHEN excluded.first_sort < round_counter.first_sort
        THEN excluded.first_sort ELSE round_counter.first_sort END,
    last_sort = CASE WHEN excluded.last_sort > round_counter.last_sort
        THEN excluded.last_sort ELSE round_counter.last_sort END,
    missing = round_counter.missing + excluded.missing,
    sampled = round_counter.sampled + excluded.sampled,
    exempt = round_counter.exempt + excluded.exempt,
    absent = round_counter.absent + excluded.absent;

-- query: round_frozen_set
-- in: round_id round, int64_t frozen
UPDATE round_round SET frozen = :frozen WHERE area = :area AND id = :round;

-- query: round_counts
-- in: round_id round
-- out: int64_t missing, int64_t sampled, int64_t exempt, int64_t absent
SELECT CAST(coalesce(sum(missing), 0) AS INTEGER), CAST(coalesce(sum(sampled), 0) AS INTEGER),
    CAST(coalesce(sum(exempt), 0) AS INTEGER), CAST(coalesce(sum(absent), 0) AS INTEGER)
FROM round_counter WHERE area = :area AND round_id = :round;

-- query: round_due_get
-- in: round_id round, person_id person
-- out: str place_sort, place_id place, place_id compound, place_id building, place_id stair
-- out: place_id floor, int64_t state, int64_t reason, int64_t exemption, int64_t samples
-- out: seq_id sample, bool is_there
SELECT place_sort, place_id, compound_id, building_id, stair_id, floor_id, state, reason,
    exemption, samples, sample_seq, 1
FROM round_due WHERE area = :area AND round_id = :round AND person_id = :person;

-- query: round_due_same
-- in: round_id round, person_id person, person_id counts
-- out: person_id same
SELECT d.person_id
FROM (SELECT :counts AS id UNION ALL SELECT m.id FROM roster_person m
    WHERE m.area = :area AND m.same_as = :counts AND m.same_as > 0) AS sub_same
    LEFT JOIN round_due d ON d.area = :area AND d.round_id = :round AND d.person_id = sub_same.id
WHERE sub_same.id <> :person AND coalesce(d.state, round_due_ABSENT) <> round_due_ABSENT
ORDER BY CASE d.state WHEN round_due_SAMPLED THEN 0 ELSE 1 END, d.person_id LIMIT 1;

-- All that a sample asks: the round, the person in it, the point. No row: the round is unknown.
-- query: round_sample_find
-- in: round_id round, person_id person, place_id point
-- out: int64_t round_state, time_ms closed, bool is_point_known, bool is_there, str place_sort
-- out: place_id place, place_id compound, place_id building, place_id stair, place_id floor
-- out: int64_t state, int64_t samples, seq_id sample
SELECT r.state, r.closed_ms, coalesce((SELECT 1 FROM place_node n
        WHERE n.area = :area AND n.id = :point AND :point <> 0), 0),
    CASE WHEN d.person_id IS NULL THEN 0 ELSE 1 END, coalesce(d.place_sort, ''), d.place_id,
    d.compound_id, d.building_id, d.stair_id, d.floor_id, coalesce(d.state, round_due_ABSENT),
    d.samples, d.sample_seq
FROM round_round r LEFT JOIN round_due d ON d.area = :area AND d.round_id = r.id
        AND d.person_id = :person
WHERE r.area = :area AND r.id = :round;

-- bulk: round_sample_insert
-- in: seq_id seq, round_id round, person_id person, seq_id prev, time_ms at, str tube
-- in: int64_t mix, int64_t site, place_id point, user_id account
INSERT INTO round_sample (area, seq, round_id, person_id, prev_seq, at_ms, tube, mix, site,
    point_id, user_id)
VALUES (:area, :seq, :round, :person, :prev, :at, :tube, :mix, :site, :point, :account);

-- The swab that makes a missing person sampled. BETWEEN, because for an equal person_id SQLite
-- looks into the unique index first, and finds there what it was told: place_sort.
-- query: round_due_sample
-- in: round_id round, str place_sort, person_id person, step step, seq_id seq, time_ms at
UPDATE round_due SET state = :step_to, state_seq = :seq, sampled_seq = :seq,
    sampled_ms = CASE WHEN samples = 0 THEN :at ELSE sampled_ms END, samples = samples + 1,
    sample_seq = :seq
WHERE area = :area AND round_id = :round AND place_sort = :place_sort
    AND person_id BETWEEN :person AND :person AND state = :step_from;

-- A swab that changes nothing in the headcount: of somebody sampled already, or exempt.
-- query: round_due_sample_more
-- in: round_id round, str place_sort, person_id person, seq_id seq, time_ms at
UPDATE round_due SET sampled_ms = CASE WHEN samples = 0 THEN :at ELSE sampled_ms END,
    samples = samples + 1, sample_seq = :seq
WHERE area = :area AND round_id = :round AND place_sort = :place_sort
    AND person_id BETWEEN :person AND :person;

-- query: round_due_step
-- in: round_id round, str place_sort, person_id person, step step, int64_t reason
-- in: int64_t exemption, seq_id seq
UPDATE round_due SET state = :step_to, reason = :reason, exemption = :exemption, state_seq = :seq
WHERE area = :area AND round_id = :round AND place_sort = :place_sort AND person_id = :person
    AND state = :step_from;

-- query: round_due_move
-- in: round_id round, str place_sort, person_id person, str new_sort, place_id place
-- in: place_id compound, place_id building, place_id stair, place_id floor, seq_id seq
UPDATE round_due SET place_sort = :new_sort, place_id = :place, compound_id = :compound,
    building_id = :building, stair_id = :stair, floor_id = :floor, state_seq = :seq
WHERE area = :area AND round_id = :round AND place_sort = :place_sort AND person_id = :person;

-- query: round_due_insert
-- in: round_id round, str place_sort, person_id person, place_id place, place_id compound
-- in: place_id building, place_id stair, place_id floor, int64_t state, int64_t reason
-- in: int64_t exemption, time_ms since, seq_id seq
INSERT INTO round_due (area, round_id, place_sort, person_id, place_id, compound_id, building_id,
    stair_id, floor_id, state, reason, exemption, since_ms, made_seq, first_state, state_seq,
    samples, sample_seq, sampled_seq, sampled_ms, contacts, contact_seq)
VALUES (:area, :round, :place_sort, :person, :place, :compound, :building, :stair, :floor, :state,
    :reason, :exemption, :since, :seq, :state, :seq, 0, 0, 0, 0, 0, 0);

-- query: round_counter_add
-- in: round_id round, place_id node, int64_t missing, int64_t sampled, int64_t exempt
-- in: int64_t absent
UPDATE round_counter SET missing = missing + :missing, sampled = sampled + :sampled,
    exempt = exempt + :exempt, absent = absent + :absent
WHERE area = :area AND round_id = :round AND node_id = :node;

-- Somebody comes to live there: what lies between first and last is all.
-- query: round_counter_reach
-- in: round_id round, place_id node, str place_sort
UPDATE round_counter SET
    first_sort = CASE WHEN :place_sort < first_sort THEN :place_sort ELSE first_sort END,
    last_sort = CASE WHEN :place_sort > last_sort THEN :place_sort ELSE last_sort END
WHERE area = :area AND round_id = :round AND node_id = :node;

-- The last one has left: a place where nobody of the round lives has no counter.
-- query: round_counter_drop
-- in: round_id round, place_id node
DELETE FROM round_counter WHERE area = :area AND round_id = :round AND node_id = :node
    AND missing = 0 AND sampled = 0 AND exempt = 0 AND absent = 0;

-- query: round_counter_insert
-- in: round_id round, place_id node, place_id compound, place_id building, place_id stair
-- in: place_id floor, str place_sort, int64_t missing, int64_t sampled, int64_t exempt
-- in: int64_t absent
INSERT INTO round_counter (area, round_id, node_id, compound_id, building_id, stair_id, floor_id,
    first_sort, last_sort, missing, sampled, exempt, absent)
VALUES (:area, :round, :node, :compound, :building, :stair, :floor, :place_sort, :place_sort,
    :missing, :sampled, :exempt, :absent);

-- query: round_change_insert
-- in: round_id round, person_id person, seq_id seq, time_ms at, int64_t reason, int64_t state
-- in: int64_t gained, str detail, user_id account
INSERT INTO round_change (area, round_id, person_id, seq, number, at_ms, reason, state, gained,
    detail, user_id)
VALUES (:area, :round, :person, :seq, (SELECT count(*) FROM round_change h WHERE h.area = :area
        AND h.round_id = :round AND h.person_id = :person AND h.seq = :seq), :at, :reason, :state,
    :gained, :detail, :account);

-- query: round_contact_insert
-- in: seq_id seq, round_id round, person_id person, time_ms at, int64_t how, int64_t outcome
-- in: str detail, str next_step, user_id account
INSERT INTO round_contact (area, seq, round_id, person_id, at_ms, how, outcome, detail, next_step,
    user_id)
VALUES (:area, :seq, :round, :person, :at, :how, :outcome, :detail, :next_step, :account);

-- query: round_due_contact
-- in: round_id round, str place_sort, person_id person, seq_id seq
UPDATE round_due SET contacts = contacts + 1, contact_seq = :seq
WHERE area = :area AND round_id = :round AND place_sort = :place_sort AND person_id = :person;

-- query: round_exemption_insert
-- in: person_id person, seq_id seq, round_id round, int64_t reason, str evidence, time_ms since
-- in: time_ms until, user_id account
INSERT INTO round_exemption (area, person_id, seq, round_id, reason, evidence, since_ms, until_ms,
    ended_seq, user_id)
VALUES (:area, :person, :seq, :round, :reason, :evidence, :since, :until, 0, :account);

-- Of those for which the round exempts people.
-- query: round_exemption_of
-- in: round_id round, person_id person, time_ms at
-- out: int64_t reason
SELECT e.reason FROM round_exemption e JOIN round_ground g ON g.area = :area
    AND g.round_id = :round AND g.exemption = e.reason
WHERE e.area = :area AND e.person_id = :person AND e.ended_seq = 0 AND e.since_ms <= :at
    AND e.until_ms > :at
ORDER BY e.reason LIMIT 1;

-- query: round_exemption_any
-- in: person_id person, time_ms at
-- out: int64_t reason
SELECT reason FROM round_exemption
WHERE area = :area AND person_id = :person AND ended_seq = 0 AND since_ms <= :at AND until_ms > :at
ORDER BY reason LIMIT 1;

-- query: round_exemption_end
-- in: person_id person, seq_id seq, time_ms at
UPDATE round_exemption SET ended_seq = :seq
WHERE area = :area AND person_id = :person AND ended_seq = 0 AND until_ms > :at;

-- query: round_assignment_find
-- in: round_id round, place_id place
-- out: seq_id seq
SELECT seq FROM round_assignment
WHERE area = :area AND round_id = :round AND place_id = :place AND ended_seq = 0;

-- query: round_assignment_insert
-- in: round_id round, place_id place, seq_id seq, time_ms at, user_id account, str name
-- in: int64_t how, str note, user_id sent_by
INSERT INTO round_assignment (area, round_id, place_id, seq, at_ms, account, name, how, note,
    ended_seq, ended_ms, user_id)
VALUES (:area, :round, :place, :seq, :at, :account, :name, :how, :note, 0, 0, :sent_by);

-- query: round_assignment_end
-- in: round_id round, place_id place, seq_id seq, time_ms at
UPDATE round_assignment SET ended_seq = :seq, ended_ms = :at
WHERE area = :area AND round_id = :round AND place_id = :place AND ended_seq = 0;

-- view: round_list
SELECT r.id AS round, r.name, r.state, r.scope_id AS scope, coalesce(n.path, '') AS scope_name,
    r.opens_ms AS opens, r.closes_ms AS closes, r.age_from, r.plan_seq AS plan,
    coalesce(a.name, '') AS plan_name, CASE WHEN r.mix = 0 THEN NULL ELSE r.mix END AS mix,
    r.opened_ms AS opened_at, r.closed_ms AS closed_at, r.frozen,
    (SELECT CAST(coalesce(sum(h.gained), 0) AS INTEGER) FROM round_change h
        WHERE h.area = :area AND h.round_id = r.id) AS gained,
    coalesce(sub_count.missing + sub_count.sampled, 0) AS due,
    coalesce(sub_count.sampled, 0) AS sampled, coalesce(sub_count.exempt, 0) AS exempt,
    coalesce(sub_count.missing, 0) AS missing,
    (SELECT count(*) FROM round_change h WHERE h.area = :area AND h.round_id = r.id) AS changes,
    -r.opened_seq AS newest_first
FROM round_round r
    LEFT JOIN area_plan a ON a.area = :area AND a.seq = r.plan_seq
    LEFT JOIN place_node n ON n.area = :area AND n.id = r.scope_id
    LEFT JOIN (SELECT c.round_id, CAST(sum(c.missing) AS INTEGER) AS missing,
            CAST(sum(c.sampled) AS INTEGER) AS sampled, CAST(sum(c.exempt) AS INTEGER) AS exempt
        FROM round_counter c WHERE c.area = :area AND (:round IS NULL OR c.round_id = :round)
        GROUP BY c.round_id) AS sub_count ON sub_count.round_id = r.id
WHERE r.area = :area AND (:round IS NULL OR r.id = :round);

-- As it is now, from the counters; as of a cut-off, or within a room, person by person.
-- view: round_progress
SELECT sub_level.node, coalesce(n.name, '') AS name, coalesce(n.path, '') AS path,
    coalesce(n.compound_id, 0) AS compound, coalesce(n.building_id, 0) AS building,
    coalesce(n.stair_id, 0) AS stair, coalesce(a.account, 0) AS assigned_account,
    CASE WHEN a.name <> '' THEN a.name ELSE coalesce(u.name, '') END AS assigned_name,
    a.how AS assigned_how, coalesce(a.at_ms, 0) AS assigned_since,
    coalesce(n.sort, '') AS place_sort, sub_level.missing + sub_level.sampled AS due,
    sub_level.sampled, sub_level.exempt, sub_level.missing, sub_level.absent
FROM (SELECT CASE :level WHEN round_level_COMPOUND THEN compound_id
        WHEN round_level_BUILDING THEN building_id WHEN round_level_STAIR THEN stair_id
        WHEN round_level_FLOOR THEN floor_id ELSE 0 END AS node,
        CAST(sum(missing) AS INTEGER) AS missing, CAST(sum(sampled) AS INTEGER) AS sampled,
        CAST(sum(exempt) AS INTEGER) AS exempt, CAST(sum(absent) AS INTEGER) AS absent
    FROM (SELECT compound_id, building_id, stair_id, floor_id, missing, sampled, exempt, absent
        FROM round_counter
        WHERE area = :area AND round_id = :round
            AND :as_of = 9223372036854775807
                AND (:place IS NULL OR EXISTS (SELECT 1 FROM place_node x
                    WHERE x.area = :area AND x.id = :place AND x.kind <= place_kind_FLOOR))
            AND (:place IS NULL OR :place IN (floor_id, stair_id, building_id, compound_id))
        UNION ALL
        SELECT compound_id, building_id, stair_id, floor_id,
            CASE state WHEN round_due_MISSING THEN 1 ELSE 0 END,
            CASE state WHEN round_due_SAMPLED THEN 1 ELSE 0 END,
            CASE state WHEN round_due_EXEMPT THEN 1 ELSE 0 END,
            CASE state WHEN round_due_ABSENT THEN 1 ELSE 0 END
        FROM (SELECT d.compound_id, d.building_id, d.stair_id, d.floor_id,
            CASE WHEN d.state_seq <= :as_of THEN d.state ELSE coalesce((SELECT h.state
        FROM round_change h WHERE h.area = :area AND h.round_id = d.round_id
            AND h.person_id = d.person_id AND h.seq <= :as_of AND h.seq > CASE
                WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN d.sampled_seq ELSE 0 END
        ORDER BY h.seq DESC, h.number DESC LIMIT 1), CASE WHEN d.sampled_seq BETWEEN 1 AND :as_of
        THEN round_due_SAMPLED ELSE d.first_state END) END AS state
            FROM round_round r JOIN round_due d ON d.area = :area AND d.round_id = r.id
            WHERE r.area = :area AND r.id = :round AND NOT (:as_of = 9223372036854775807
                AND (:place IS NULL OR EXISTS (SELECT 1 FROM place_node x
                    WHERE x.area = :area AND x.id = :place AND x.kind <= place_kind_FLOOR)))
                AND d.made_seq <= :as_of
                AND (:place IS NULL OR :place IN (d.place_id, d.floor_id, d.stair_id,
                    d.building_id, d.compound_id))) AS sub_state) AS sub_row
    GROUP BY CASE :level WHEN round_level_COMPOUND THEN compound_id
        WHEN round_level_BUILDING THEN building_id WHEN round_level_STAIR THEN stair_id
        WHEN round_level_FLOOR THEN floor_id ELSE 0 END) AS sub_level
    LEFT JOIN place_node n ON n.area = :area AND n.id = sub_level.node
    LEFT JOIN round_assignment a ON a.area = :area AND a.round_id = :round AND a.seq <= :as_of
        AND (a.ended_seq = 0 OR a.ended_seq > :as_of) AND a.place_id = (SELECT x.place_id
            FROM round_assignment x JOIN place_node y ON y.area = :area AND y.id = x.place_id
            WHERE x.area = :area AND x.round_id = :round
                AND x.place_id IN (n.floor_id, n.stair_id, n.building_id, n.compound_id)
                AND x.seq <= :as_of AND (x.ended_seq = 0 OR x.ended_seq > :as_of)
            ORDER BY y.kind DESC LIMIT 1)
    LEFT JOIN access_user u ON u.area = :area AND u.id = a.account;

-- Floor by floor, and only those floors that miss somebody; as of a cut-off all of them. What
-- somebody was then: as now, when the state is older; else by the named rows and the swab.
-- Conditions are tried as they stand: first what most rows do not meet.
-- view: round_missing
SELECT d.person_id AS person, d.place_id AS room, d.building_id AS building,
    d.stair_id AS stair, coalesce(n.path, '') AS path, p.name, p.phone, d.contacts,
    c.at_ms AS contacted_at, c.how, c.outcome, coalesce(c.next_step, '') AS next_step,
    k.first_sort, k.node_id, d.place_sort
FROM round_counter k CROSS JOIN round_due d
    LEFT JOIN roster_person p ON p.area = :area AND p.id = d.person_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = d.place_id
    LEFT JOIN round_contact c ON c.area = :area AND c.seq = d.contact_seq AND c.seq <= :as_of
WHERE (d.state = round_due_MISSING OR d.state_seq > :as_of) AND d.made_seq <= :as_of
    AND k.area = :area AND k.round_id = :round
    AND (k.missing > 0 OR :as_of < 9223372036854775807)
    AND (:place IS NULL OR :place IN (k.floor_id, k.stair_id, k.building_id, k.compound_id)
        OR :place = d.place_id)
    AND (:place IS NULL OR :place IN (k.floor_id, k.stair_id, k.building_id, k.compound_id)
        OR NOT EXISTS (SELECT 1 FROM place_node x WHERE x.area = :area AND x.id = :place
            AND x.kind <= place_kind_FLOOR))
    AND (:node IS NULL OR :node = CASE :level WHEN round_level_COMPOUND THEN k.compound_id
        WHEN round_level_BUILDING THEN k.building_id WHEN round_level_STAIR THEN k.stair_id
        WHEN round_level_FLOOR THEN k.floor_id ELSE 0 END)
    AND (:room IS NULL OR d.place_id = :room)
    AND d.area = :area AND d.round_id = :round AND d.place_sort >= k.first_sort
    AND d.place_sort <= k.last_sort
    AND k.node_id = CASE WHEN d.floor_id <> 0 THEN d.floor_id
        WHEN d.stair_id <> 0 THEN d.stair_id WHEN d.building_id <> 0 THEN d.building_id
        ELSE d.compound_id END
    AND CASE WHEN d.state_seq <= :as_of THEN d.state ELSE coalesce((SELECT h.state
        FROM round_change h WHERE h.area = :area AND h.round_id = d.round_id
            AND h.person_id = d.person_id AND h.seq <= :as_of AND h.seq > CASE
                WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN d.sampled_seq ELSE 0 END
        ORDER BY h.seq DESC, h.number DESC LIMIT 1), CASE WHEN d.sampled_seq BETWEEN 1 AND :as_of
        THEN round_due_SAMPLED ELSE d.first_state END) END = round_due_MISSING;

-- view: round_people
SELECT sub_due.person_id AS person, sub_due.place_id AS room, coalesce(n.path, '') AS path, p.name,
    sub_due.state, sub_due.reason, sub_due.exemption, sub_due.samples,
    sub_due.sampled_ms AS sampled_at, sub_due.first_sort, sub_due.node_id, sub_due.place_sort
FROM (SELECT k.first_sort, k.node_id, d.person_id, d.place_id, d.place_sort, d.reason, d.exemption,
        d.samples, d.sampled_ms,
        CASE WHEN d.state_seq <= :as_of THEN d.state ELSE coalesce((SELECT h.state
        FROM round_change h WHERE h.area = :area AND h.round_id = d.round_id
            AND h.person_id = d.person_id AND h.seq <= :as_of AND h.seq > CASE
                WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN d.sampled_seq ELSE 0 END
        ORDER BY h.seq DESC, h.number DESC LIMIT 1), CASE WHEN d.sampled_seq BETWEEN 1 AND :as_of
        THEN round_due_SAMPLED ELSE d.first_state END) END AS state
    FROM round_counter k CROSS JOIN round_due d
    WHERE k.area = :area AND k.round_id = :round AND d.made_seq <= :as_of
        AND (:place IS NULL OR :place IN (k.floor_id, k.stair_id, k.building_id, k.compound_id)
            OR :place = d.place_id)
        AND (:place IS NULL OR :place IN (k.floor_id, k.stair_id, k.building_id, k.compound_id)
            OR NOT EXISTS (SELECT 1 FROM place_node x WHERE x.area = :area AND x.id = :place
                AND x.kind <= place_kind_FLOOR))
        AND (:node IS NULL OR :node = CASE :level WHEN round_level_COMPOUND THEN k.compound_id
            WHEN round_level_BUILDING THEN k.building_id WHEN round_level_STAIR THEN k.stair_id
            WHEN round_level_FLOOR THEN k.floor_id ELSE 0 END)
        AND (:room IS NULL OR d.place_id = :room)
        AND d.area = :area AND d.round_id = :round AND d.place_sort >= k.first_sort
        AND d.place_sort <= k.last_sort
        AND k.node_id = CASE WHEN d.floor_id <> 0 THEN d.floor_id
            WHEN d.stair_id <> 0 THEN d.stair_id WHEN d.building_id <> 0 THEN d.building_id
            ELSE d.compound_id END) AS sub_due
    LEFT JOIN roster_person p ON p.area = :area AND p.id = sub_due.person_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = sub_due.place_id
WHERE (:which IS NULL OR sub_due.state = :which
    OR (:which = round_which_DUE AND sub_due.state IN (round_due_MISSING, round_due_SAMPLED))
    OR (:which = round_which_SAMPLED_EXEMPT AND sub_due.state = round_due_EXEMPT
        AND sub_due.samples > 0))
    AND (:since IS NULL OR sub_due.sampled_ms >= :since)
    AND (:until IS NULL OR sub_due.sampled_ms < :until);

-- The swabs of a person hang on one another; a person merged into another shows with that one.
-- view: round_person
WITH RECURSIVE sub_who AS (
    SELECT r.id AS round_id, :person AS person_id FROM round_round r
    WHERE r.area = :area AND (:round IS NULL OR r.id = :round)
    UNION ALL
    SELECT r.id, m.id FROM round_round r JOIN roster_person m ON m.area = :area
        AND m.same_as = :person AND m.same_as > 0
    WHERE r.area = :area AND (:round IS NULL OR r.id = :round)),
sub_sample AS (
    SELECT s.seq, s.prev_seq, s.round_id, s.at_ms, s.tube, s.mix, s.site, s.point_id, s.user_id
    FROM sub_who LEFT JOIN round_due d ON d.area = :area AND d.round_id = sub_who.round_id
            AND d.person_id = sub_who.person_id
        LEFT JOIN round_sample s ON s.area = :area AND s.seq = d.sample_seq
    WHERE coalesce(s.seq, 0) > 0
    UNION
    SELECT s.seq, s.prev_seq, s.round_id, s.at_ms, s.tube, s.mix, s.site, s.point_id, s.user_id
    FROM sub_sample JOIN round_sample s ON s.area = :area AND s.seq = sub_sample.prev_seq)
SELECT r.id AS round, r.name, sub_sample.at_ms AS at, sub_sample.tube, sub_sample.mix,
    sub_sample.site, sub_sample.point_id AS point, coalesce(n.name, '') AS point_name,
    sub_sample.user_id AS account, sub_sample.seq, -sub_sample.seq AS newest_first
FROM sub_sample JOIN round_round r ON r.area = :area AND r.id = sub_sample.round_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = sub_sample.point_id;

-- Being due and staying missing, swabs, attempts to reach her, named changes, exemptions: on the
-- page of the person. A swab shows
-- with the record that is in the round, on which it hangs.
-- part: roster_things
SELECT sub_swabs.at_ms AS at, 'round_sample_take' AS what, sub_swabs.detail, '' AS health,
    sub_swabs.person_id AS record, sub_swabs.seq, 1000 AS number
FROM (WITH RECURSIVE sub_swab AS (
        SELECT d.person_id, o.name, d.sample_seq AS seq
        FROM round_round o CROSS JOIN round_due d
        WHERE o.area = :area AND d.area = :area AND d.round_id = o.id
            AND d.person_id IN (PARTS(roster_records))
        UNION ALL
        SELECT person_id, name, (SELECT s.prev_seq FROM round_sample s
            WHERE s.area = :area AND s.seq = sub_swab.seq)
        FROM sub_swab WHERE seq > 0)
    SELECT (SELECT s.at_ms FROM round_sample s WHERE s.area = :area AND s.seq = sub_swab.seq)
            AS at_ms,
        trim(name || ' ' || (SELECT s.tube FROM round_sample s
            WHERE s.area = :area AND s.seq = sub_swab.seq)) AS detail, person_id, seq
    FROM sub_swab WHERE seq > 0) AS sub_swabs
UNION ALL
SELECT c.at_ms, 'round_contact', trim(o.name || ' ' || WORD(round_how, c.how) || ' ' ||
        WORD(round_outcome, c.outcome) || ' ' || c.detail), '', c.person_id, c.seq, 2000
FROM round_contact c CROSS JOIN round_round o
WHERE c.area = :area AND c.person_id IN (PARTS(roster_records)) AND o.area = :area
    AND o.id = c.round_id
UNION ALL
SELECT h.at_ms, 'round_change', trim(o.name || ' ' || WORD(round_reason, h.reason) || ' ' ||
        h.detail), '', h.person_id, h.seq, 3000 + h.number
FROM round_round o CROSS JOIN round_change h
WHERE o.area = :area AND h.area = :area AND h.round_id = o.id
    AND h.person_id IN (PARTS(roster_records))
UNION ALL
SELECT l.at_ms, 'round_exempt', coalesce((SELECT o.name FROM round_round o
        WHERE o.area = :area AND o.id = e.round_id), ''),
    trim(WORD(round_exemption, e.reason) || ' ' || e.evidence), e.person_id, e.seq, 4000
FROM round_exemption e CROSS JOIN ledger l
WHERE e.area = :area AND e.person_id IN (PARTS(roster_records)) AND l.area = :area AND l.seq = e.seq
UNION ALL
SELECT DISTINCT l.at_ms, 'round_exempt_end', '', '', e.person_id, e.ended_seq, 5000
FROM round_exemption e CROSS JOIN ledger l
WHERE e.area = :area AND e.person_id IN (PARTS(roster_records)) AND e.ended_seq > 0
    AND l.area = :area AND l.seq = e.ended_seq
UNION ALL
SELECT o.opened_ms, 'round_open', trim(o.name || ' ' || WORD(round_due, d.first_state)), '',
    d.person_id, d.made_seq, 6000
FROM round_round o CROSS JOIN round_due d
WHERE o.area = :area AND o.opened_seq > 0 AND d.area = :area AND d.round_id = o.id
    AND d.person_id IN (PARTS(roster_records)) AND d.made_seq = o.opened_seq
    AND d.first_state <> round_due_ABSENT
UNION ALL
SELECT o.closed_ms, 'round_close', o.name || ' missing', '', d.person_id, o.closed_seq, 7000
FROM round_round o CROSS JOIN round_due d
WHERE o.area = :area AND o.closed_seq > 0 AND d.area = :area AND d.round_id = o.id
    AND d.person_id IN (PARTS(roster_records))
    AND (d.sampled_seq > o.closed_seq
        OR (d.state = round_due_MISSING AND d.state_seq <= o.closed_seq));

-- part: roster_thing_counts
SELECT CAST(coalesce(sum(CASE WHEN d.sample_seq <= :as_of THEN d.samples ELSE (
    WITH RECURSIVE sub_swab AS (SELECT d.sample_seq AS seq
        UNION ALL
        SELECT (SELECT s.prev_seq FROM round_sample s WHERE s.area = :area AND s.seq = sub_swab.seq)
        FROM sub_swab WHERE seq > 0)
    SELECT count(*) FROM sub_swab WHERE seq > 0 AND seq <= :as_of) END), 0) AS INTEGER) AS n
FROM round_round o CROSS JOIN round_due d
WHERE o.area = :area AND d.area = :area AND d.round_id = o.id AND d.person_id = sub_records.id
UNION ALL
SELECT count(*) FROM round_contact c
WHERE c.area = :area AND c.person_id = sub_records.id AND c.seq <= :as_of
UNION ALL
SELECT count(*) FROM round_round o CROSS JOIN round_change h
WHERE o.area = :area AND h.area = :area AND h.round_id = o.id AND h.person_id = sub_records.id
    AND h.seq <= :as_of
UNION ALL
SELECT count(*) + count(DISTINCT CASE WHEN e.ended_seq BETWEEN 1 AND :as_of THEN e.ended_seq END)
FROM round_exemption e
WHERE e.area = :area AND e.person_id = sub_records.id AND e.seq <= :as_of
UNION ALL
SELECT count(*) FROM round_round o CROSS JOIN round_due d
WHERE o.area = :area AND o.opened_seq BETWEEN 1 AND :as_of AND d.area = :area
    AND d.round_id = o.id AND d.person_id = sub_records.id AND d.made_seq = o.opened_seq
    AND d.first_state <> round_due_ABSENT
UNION ALL
SELECT count(*) FROM round_round o CROSS JOIN round_due d
WHERE o.area = :area AND o.closed_seq BETWEEN 1 AND :as_of AND d.area = :area
    AND d.round_id = o.id AND d.person_id = sub_records.id
    AND (d.sampled_seq > o.closed_seq
        OR (d.state = round_due_MISSING AND d.state_seq <= o.closed_seq));

-- view: round_changes
SELECT h.seq, h.at_ms AS at, h.person_id AS person, coalesce(n.path, '') AS path,
    coalesce(p.name, '') AS name, h.reason, h.state, h.gained, h.detail, h.user_id AS account,
    h.number
FROM round_change h LEFT JOIN roster_person p ON p.area = :area AND p.id = h.person_id
    LEFT JOIN round_due d ON d.area = :area AND d.round_id = h.round_id
        AND d.person_id = h.person_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = d.place_id
WHERE h.area = :area AND h.round_id = :round AND h.seq <= :as_of
    AND (:reason IS NULL OR h.reason = :reason) AND (:person IS NULL OR h.person_id = :person);

-- view: round_exemptions
SELECT person, name, round, reason, evidence, since, until, is_in_force, account, newest_first
FROM (SELECT e.person_id AS person, coalesce(p.name, '') AS name, e.round_id AS round, e.reason,
        e.evidence, e.since_ms AS since, e.until_ms AS until, CASE WHEN e.ended_seq = 0
            AND e.since_ms <= :now AND e.until_ms > :now THEN 1 ELSE 0 END AS is_in_force,
        e.user_id AS account, -e.seq AS newest_first
    FROM round_exemption e LEFT JOIN roster_person p ON p.area = :area AND p.id = e.person_id
    WHERE e.area = :area AND (:person IS NULL OR e.person_id = :person)) AS sub_exemption
WHERE :is_in_force IS NULL OR is_in_force = :is_in_force;

-- Each human being whom the roster has changed since the opening: the record that counts, those
-- merged into it, the one row of them that stands for her, and what the round would have to say.
-- view: round_grounds
SELECT exemption, CASE WHEN window_ms = 0 THEN NULL ELSE window_ms / 3600000 END AS hours,
    is_evidence_needed
FROM round_ground WHERE area = :area AND round_id = :round;

-- view: round_drift
WITH sub_changed AS (
    SELECT CASE WHEN p.same_as <> 0 THEN p.same_as ELSE p.id END AS person_id
    FROM round_round r JOIN roster_person p ON p.area = :area AND p.changed_seq > r.opened_seq
    WHERE r.area = :area AND r.id = :round AND r.state = round_state_OPEN
    UNION
    SELECT s.person_id FROM round_round r JOIN roster_stay s ON s.area = :area
        AND s.superseded_seq = 0 AND ((s.from_ms > r.opens_ms AND s.from_ms <= :now)
            OR (s.until_ms > r.opens_ms AND s.until_ms <= :now))
    WHERE r.area = :area AND r.id = :round AND r.state = round_state_OPEN
    UNION
    SELECT CASE WHEN p.same_as <> 0 THEN p.same_as ELSE p.id END
    FROM round_round r JOIN round_exemption e ON e.area = :area
        JOIN roster_person p ON p.area = :area AND p.id = e.person_id
    WHERE r.area = :area AND r.id = :round AND r.state = round_state_OPEN),
sub_stay AS (
    SELECT person_id, place_id, kind, from_ms, until_ms, changed_seq, is_here
    FROM (SELECT p.id AS person_id, coalesce(s.place_id, 0) AS place_id,
            coalesce(s.kind, 0) AS kind, coalesce(s.from_ms, 0) AS from_ms,
            coalesce(s.until_ms, :now + 1) AS until_ms,
            (SELECT max(CASE WHEN t.superseded_seq > t.made_seq THEN t.superseded_seq
                ELSE t.made_seq END) FROM roster_stay t
                WHERE t.area = :area AND t.person_id = p.id) AS changed_seq, CASE
            WHEN coalesce(s.kind, 0) <= roster_stay_kind_VISITOR
                AND coalesce(s.until_ms, :now + 1) > :now
                AND coalesce(s.from_ms, 0) <= :now AND (r.scope_id = 0 OR r.scope_id IN (n.id,
                    n.compound_id, n.building_id, n.stair_id, n.floor_id)) THEN 1 ELSE 0
            END AS is_here,
            row_number() OVER (PARTITION BY p.id ORDER BY CASE
                WHEN r.scope_id <> 0 AND r.scope_id NOT IN (n.id, n.compound_id, n.building_id,
                    n.stair_id, n.floor_id) THEN 4
                WHEN s.from_ms > :now THEN 3 WHEN s.until_ms <= :now THEN 2
                WHEN s.kind <= roster_stay_kind_VISITOR THEN 0 ELSE 1 END, CASE
                WHEN s.until_ms <= :now THEN -s.until_ms ELSE s.from_ms END, s.place_id)
                AS place_in_line
        FROM sub_changed JOIN round_round r ON r.area = :area AND r.id = :round
            JOIN roster_person p ON p.area = :area AND p.id = sub_changed.person_id
            LEFT JOIN roster_stay s ON s.area = :area AND s.person_id = p.id
                AND s.superseded_seq = 0
            LEFT JOIN place_node n ON n.area = :area AND n.id = s.place_id
        WHERE s.person_id IS NOT NULL OR p.is_stub = 0) AS sub_line
    WHERE place_in_line = 1),
sub_row AS (
    SELECT sub_same.counts, sub_same.person_id, row_number() OVER (PARTITION BY sub_same.counts
        ORDER BY CASE d.state WHEN round_due_SAMPLED THEN 0 WHEN round_due_MISSING THEN 1
            WHEN round_due_EXEMPT THEN 2 ELSE 3 END,
            CASE WHEN sub_same.person_id = sub_same.counts THEN 0 ELSE 1 END, sub_same.person_id)
        AS place_in_line
    FROM (SELECT person_id AS counts, person_id FROM sub_changed
        UNION ALL
        SELECT m.same_as, m.id FROM sub_changed JOIN roster_person m ON m.area = :area
            AND m.same_as = sub_changed.person_id AND m.same_as > 0) AS sub_same
        LEFT JOIN round_due d ON d.area = :area AND d.round_id = :round
            AND d.person_id = sub_same.person_id),
sub_drift AS (
    SELECT sub_row.person_id, d.state, coalesce(d.place_id, 0) AS place_id,
        coalesce(sub_stay.place_id, 0) AS place_now, CASE
        WHEN sub_row.place_in_line > 1 THEN CASE
            WHEN coalesce(d.state, round_due_ABSENT) = round_due_ABSENT THEN round_reason_FROZEN
            ELSE round_reason_DOUBLE END
        WHEN d.state = round_due_SAMPLED THEN round_reason_FROZEN
        WHEN d.person_id IS NULL THEN CASE
            WHEN coalesce(sub_stay.is_here, 0) = 0 THEN round_reason_FROZEN
            WHEN p.birth >= r.day THEN round_reason_BORN
            WHEN sub_stay.from_ms > r.opens_ms THEN round_reason_ARRIVED
            ELSE round_reason_FOUND END
        WHEN d.state_seq <> r.opened_seq AND d.state_seq > coalesce(sub_stay.changed_seq, 0)
            AND (d.state = round_due_ABSENT OR coalesce(sub_stay.is_here, 0) = 0)
            THEN round_reason_FROZEN
        WHEN d.state = round_due_ABSENT THEN CASE WHEN sub_stay.is_here = 1
            THEN round_reason_ARRIVED ELSE round_reason_FROZEN END
        WHEN coalesce(sub_stay.is_here, 0) = 0 THEN CASE
            WHEN sub_stay.until_ms > :now AND sub_stay.kind = roster_stay_kind_DEAD
                THEN round_reason_DIED
            WHEN sub_stay.until_ms > :now AND sub_stay.kind = roster_stay_kind_HOSPITAL
                THEN round_reason_HOSPITAL
            WHEN sub_stay.until_ms > :now AND sub_stay.kind = roster_stay_kind_QUARANTINED
                THEN round_reason_QUARANTINED
            ELSE round_reason_LEFT END
        WHEN d.state = round_due_MISSING AND EXISTS (SELECT 1 FROM round_exemption e
            JOIN round_ground g ON g.area = :area AND g.round_id = r.id AND g.exemption = e.reason
            WHERE e.area = :area AND e.person_id = d.person_id AND e.ended_seq = 0
                AND e.since_ms <= :now AND e.until_ms > :now) THEN round_reason_EXEMPT_BEGUN
        WHEN d.state = round_due_EXEMPT AND d.exemption <> round_exemption_AGE
            AND NOT EXISTS (SELECT 1 FROM round_exemption e
                JOIN round_ground g ON g.area = :area AND g.round_id = r.id
                    AND g.exemption = e.reason
                WHERE e.area = :area AND e.person_id = d.person_id AND e.ended_seq = 0
                    AND (e.until_ms > :now OR e.until_ms >= r.closes_ms))
            THEN round_reason_EXEMPT_ENDED
        WHEN sub_stay.place_id <> d.place_id AND sub_stay.place_id <> 0
            AND (d.state_seq = r.opened_seq OR d.state_seq < sub_stay.changed_seq)
            THEN round_reason_MOVED
        ELSE round_reason_FROZEN END AS reason
    FROM sub_row JOIN round_round r ON r.area = :area AND r.id = :round
        JOIN roster_person p ON p.area = :area AND p.id = sub_row.person_id
        LEFT JOIN round_due d ON d.area = :area AND d.round_id = r.id
            AND d.person_id = sub_row.person_id
        LEFT JOIN sub_stay ON sub_stay.person_id = sub_row.counts)
SELECT sub_drift.person_id AS person, p.name, sub_drift.state, sub_drift.reason,
    coalesce(n.path, '') AS path, coalesce(m.path, '') AS path_now
FROM sub_drift LEFT JOIN roster_person p ON p.area = :area AND p.id = sub_drift.person_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = sub_drift.place_id
    LEFT JOIN place_node m ON m.area = :area AND m.id = sub_drift.place_now
WHERE sub_drift.reason <> round_reason_FROZEN;

-- each: round_drift_of
-- in: round_id round, time_ms at
-- out: person_id person, int64_t reason, place_id place
WITH sub_changed AS (
    SELECT CASE WHEN p.same_as <> 0 THEN p.same_as ELSE p.id END AS person_id
    FROM round_round r JOIN roster_person p ON p.area = :area AND p.changed_seq > r.opened_seq
    WHERE r.area = :area AND r.id = :round AND r.state = round_state_OPEN
    UNION
    SELECT s.person_id FROM round_round r JOIN roster_stay s ON s.area = :area
        AND s.superseded_seq = 0 AND ((s.from_ms > r.opens_ms AND s.from_ms <= :at)
            OR (s.until_ms > r.opens_ms AND s.until_ms <= :at))
    WHERE r.area = :area AND r.id = :round AND r.state = round_state_OPEN
    UNION
    SELECT CASE WHEN p.same_as <> 0 THEN p.same_as ELSE p.id END
    FROM round_round r JOIN round_exemption e ON e.area = :area
        JOIN roster_person p ON p.area = :area AND p.id = e.person_id
    WHERE r.area = :area AND r.id = :round AND r.state = round_state_OPEN),
sub_stay AS (
    SELECT person_id, place_id, kind, from_ms, until_ms, changed_seq, is_here
    FROM (SELECT p.id AS person_id, coalesce(s.place_id, 0) AS place_id,
            coalesce(s.kind, 0) AS kind, coalesce(s.from_ms, 0) AS from_ms,
            coalesce(s.until_ms, :at + 1) AS until_ms,
            (SELECT max(CASE WHEN t.superseded_seq > t.made_seq THEN t.superseded_seq
                ELSE t.made_seq END) FROM roster_stay t
                WHERE t.area = :area AND t.person_id = p.id) AS changed_seq, CASE
            WHEN coalesce(s.kind, 0) <= roster_stay_kind_VISITOR
                AND coalesce(s.until_ms, :at + 1) > :at
                AND coalesce(s.from_ms, 0) <= :at AND (r.scope_id = 0 OR r.scope_id IN (n.id,
                    n.compound_id, n.building_id, n.stair_id, n.floor_id)) THEN 1 ELSE 0
            END AS is_here,
            row_number() OVER (PARTITION BY p.id ORDER BY CASE
                WHEN r.scope_id <> 0 AND r.scope_id NOT IN (n.id, n.compound_id, n.building_id,
                    n.stair_id, n.floor_id) THEN 4
                WHEN s.from_ms > :at THEN 3 WHEN s.until_ms <= :at THEN 2
                WHEN s.kind <= roster_stay_kind_VISITOR THEN 0 ELSE 1 END, CASE
                WHEN s.until_ms <= :at THEN -s.until_ms ELSE s.from_ms END, s.place_id)
                AS place_in_line
        FROM sub_changed JOIN round_round r ON r.area = :area AND r.id = :round
            JOIN roster_person p ON p.area = :area AND p.id = sub_changed.person_id
            LEFT JOIN roster_stay s ON s.area = :area AND s.person_id = p.id
                AND s.superseded_seq = 0
            LEFT JOIN place_node n ON n.area = :area AND n.id = s.place_id
        WHERE s.person_id IS NOT NULL OR p.is_stub = 0) AS sub_line
    WHERE place_in_line = 1),
sub_row AS (
    SELECT sub_same.counts, sub_same.person_id, row_number() OVER (PARTITION BY sub_same.counts
        ORDER BY CASE d.state WHEN round_due_SAMPLED THEN 0 WHEN round_due_MISSING THEN 1
            WHEN round_due_EXEMPT THEN 2 ELSE 3 END,
            CASE WHEN sub_same.person_id = sub_same.counts THEN 0 ELSE 1 END, sub_same.person_id)
        AS place_in_line
    FROM (SELECT person_id AS counts, person_id FROM sub_changed
        UNION ALL
        SELECT m.same_as, m.id FROM sub_changed JOIN roster_person m ON m.area = :area
            AND m.same_as = sub_changed.person_id AND m.same_as > 0) AS sub_same
        LEFT JOIN round_due d ON d.area = :area AND d.round_id = :round
            AND d.person_id = sub_same.person_id),
sub_drift AS (
    SELECT sub_row.person_id, d.state, coalesce(d.place_id, 0) AS place_id,
        coalesce(sub_stay.place_id, 0) AS place_now, CASE
        WHEN sub_row.place_in_line > 1 THEN CASE
            WHEN coalesce(d.state, round_due_ABSENT) = round_due_ABSENT THEN round_reason_FROZEN
            ELSE round_reason_DOUBLE END
        WHEN d.state = round_due_SAMPLED THEN round_reason_FROZEN
        WHEN d.person_id IS NULL THEN CASE
            WHEN coalesce(sub_stay.is_here, 0) = 0 THEN round_reason_FROZEN
            WHEN p.birth >= r.day THEN round_reason_BORN
            WHEN sub_stay.from_ms > r.opens_ms THEN round_reason_ARRIVED
            ELSE round_reason_FOUND END
        WHEN d.state_seq <> r.opened_seq AND d.state_seq > coalesce(sub_stay.changed_seq, 0)
            AND (d.state = round_due_ABSENT OR coalesce(sub_stay.is_here, 0) = 0)
            THEN round_reason_FROZEN
        WHEN d.state = round_due_ABSENT THEN CASE WHEN sub_stay.is_here = 1
            THEN round_reason_ARRIVED ELSE round_reason_FROZEN END
        WHEN coalesce(sub_stay.is_here, 0) = 0 THEN CASE
            WHEN sub_stay.until_ms > :at AND sub_stay.kind = roster_stay_kind_DEAD
                THEN round_reason_DIED
            WHEN sub_stay.until_ms > :at AND sub_stay.kind = roster_stay_kind_HOSPITAL
                THEN round_reason_HOSPITAL
            WHEN sub_stay.until_ms > :at AND sub_stay.kind = roster_stay_kind_QUARANTINED
                THEN round_reason_QUARANTINED
            ELSE round_reason_LEFT END
        WHEN d.state = round_due_MISSING AND EXISTS (SELECT 1 FROM round_exemption e
            JOIN round_ground g ON g.area = :area AND g.round_id = r.id AND g.exemption = e.reason
            WHERE e.area = :area AND e.person_id = d.person_id AND e.ended_seq = 0
                AND e.since_ms <= :at AND e.until_ms > :at) THEN round_reason_EXEMPT_BEGUN
        WHEN d.state = round_due_EXEMPT AND d.exemption <> round_exemption_AGE
            AND NOT EXISTS (SELECT 1 FROM round_exemption e
                JOIN round_ground g ON g.area = :area AND g.round_id = r.id
                    AND g.exemption = e.reason
                WHERE e.area = :area AND e.person_id = d.person_id AND e.ended_seq = 0
                    AND (e.until_ms > :at OR e.until_ms >= r.closes_ms))
            THEN round_reason_EXEMPT_ENDED
        WHEN sub_stay.place_id <> d.place_id AND sub_stay.place_id <> 0
            AND (d.state_seq = r.opened_seq OR d.state_seq < sub_stay.changed_seq)
            THEN round_reason_MOVED
        ELSE round_reason_FROZEN END AS reason
    FROM sub_row JOIN round_round r ON r.area = :area AND r.id = :round
        JOIN roster_person p ON p.area = :area AND p.id = sub_row.person_id
        LEFT JOIN round_due d ON d.area = :area AND d.round_id = r.id
            AND d.person_id = sub_row.person_id
        LEFT JOIN sub_stay ON sub_stay.person_id = sub_row.counts)
SELECT person_id, reason, place_now FROM sub_drift
WHERE reason <> round_reason_FROZEN ORDER BY person_id;

-- Who is counted in one of two rounds alone, and why: as the round says that lacks her; by its
-- scope; when it is the later one, she had left; when the earlier one, how she came in since.
-- view: round_bridge
WITH sub_side AS (
    SELECT -1 AS sign, y.person_id, y.place_sort, y.place_id, CASE
        WHEN x.state = round_due_EXEMPT THEN round_line_EXEMPT_BEGUN
        WHEN x.state = round_due_ABSENT THEN x.reason
        WHEN p.same_as <> 0 THEN round_line_DOUBLE
        WHEN q.scope_id NOT IN (0, y.place_id, y.floor_id, y.stair_id, y.building_id,
            y.compound_id) THEN round_line_OTHER_ROUND
        WHEN q.opened_seq > o.opened_seq THEN round_line_LEFT
        ELSE coalesce((SELECT h.reason FROM round_round f JOIN round_change h ON h.area = :area
                AND h.round_id = f.id AND h.person_id = y.person_id AND h.seq > q.opened_seq
                AND h.reason IN (round_reason_ARRIVED, round_reason_FOUND, round_reason_BORN)
            WHERE f.area = :area ORDER BY h.seq, h.number LIMIT 1), CASE
            WHEN p.birth >= q.day THEN round_line_BORN
            WHEN y.since_ms > q.opens_ms THEN round_line_ARRIVED
            ELSE round_line_FOUND END) END AS line
    FROM round_round o JOIN round_round q ON q.area = :area AND q.id = :round_b
        JOIN round_due y ON y.area = :area AND y.round_id = o.id
        LEFT JOIN round_due x ON x.area = :area AND x.round_id = q.id AND x.person_id = y.person_id
        LEFT JOIN roster_person p ON p.area = :area AND p.id = y.person_id
    WHERE o.area = :area AND o.id = :round_a AND y.state IN (round_due_MISSING, round_due_SAMPLED)
        AND coalesce(x.state, round_due_ABSENT) IN (round_due_EXEMPT, round_due_ABSENT)
    UNION ALL
    SELECT 1 AS sign, y.person_id, y.place_sort, y.place_id, CASE
        WHEN x.state = round_due_EXEMPT THEN round_line_EXEMPT_ENDED
        WHEN x.state = round_due_ABSENT THEN CASE x.reason
            WHEN round_reason_LEFT THEN round_line_ARRIVED ELSE x.reason END
        WHEN p.same_as <> 0 THEN round_line_DOUBLE
        WHEN q.scope_id NOT IN (0, y.place_id, y.floor_id, y.stair_id, y.building_id,
            y.compound_id) THEN round_line_OTHER_ROUND
        WHEN q.opened_seq > o.opened_seq THEN round_line_LEFT
        ELSE coalesce((SELECT h.reason FROM round_round f JOIN round_change h ON h.area = :area
                AND h.round_id = f.id AND h.person_id = y.person_id AND h.seq > q.opened_seq
                AND h.reason IN (round_reason_ARRIVED, round_reason_FOUND, round_reason_BORN)
            WHERE f.area = :area ORDER BY h.seq, h.number LIMIT 1), CASE
            WHEN p.birth >= q.day THEN round_line_BORN
            WHEN y.since_ms > q.opens_ms THEN round_line_ARRIVED
            ELSE round_line_FOUND END) END AS line
    FROM round_round o JOIN round_round q ON q.area = :area AND q.id = :round_a
        JOIN round_due y ON y.area = :area AND y.round_id = o.id
        LEFT JOIN round_due x ON x.area = :area AND x.round_id = q.id AND x.person_id = y.person_id
        LEFT JOIN roster_person p ON p.area = :area AND p.id = y.person_id
    WHERE o.area = :area AND o.id = :round_b AND y.state IN (round_due_MISSING, round_due_SAMPLED)
        AND coalesce(x.state, round_due_ABSENT) IN (round_due_EXEMPT, round_due_ABSENT)),
sub_head AS (SELECT c.round_id, CAST(sum(c.missing + c.sampled) AS INTEGER) AS people
    FROM round_counter c WHERE c.area = :area AND c.round_id IN (:round_a, :round_b)
    GROUP BY c.round_id)
SELECT line, sign, people FROM (
    SELECT round_line_BEFORE AS line, 0 AS sign, coalesce((SELECT people FROM sub_head
        WHERE round_id = :round_a), 0) AS people
    UNION ALL
    SELECT line, sign, count(*) FROM sub_side GROUP BY line, sign
    UNION ALL
    SELECT round_line_UNEXPLAINED, 0, coalesce((SELECT people FROM sub_head
        WHERE round_id = :round_b), 0) - coalesce((SELECT people FROM sub_head
        WHERE round_id = :round_a), 0) - coalesce((SELECT CAST(sum(sign) AS INTEGER)
        FROM sub_side), 0)
    UNION ALL
    SELECT round_line_AFTER, 0, coalesce((SELECT people FROM sub_head
        WHERE round_id = :round_b), 0)) AS sub_lines;

-- view: round_bridge_people
SELECT sub_who.line, sub_who.sign, sub_who.person_id AS person, coalesce(n.path, '') AS path,
    p.name, sub_who.place_sort
FROM (
    SELECT -1 AS sign, y.person_id, y.place_sort, y.place_id, CASE
        WHEN x.state = round_due_EXEMPT THEN round_line_EXEMPT_BEGUN
        WHEN x.state = round_due_ABSENT THEN x.reason
        WHEN p.same_as <> 0 THEN round_line_DOUBLE
        WHEN q.scope_id NOT IN (0, y.place_id, y.floor_id, y.stair_id, y.building_id,
            y.compound_id) THEN round_line_OTHER_ROUND
        WHEN q.opened_seq > o.opened_seq THEN round_line_LEFT
        ELSE coalesce((SELECT h.reason FROM round_round f JOIN round_change h ON h.area = :area
                AND h.round_id = f.id AND h.person_id = y.person_id AND h.seq > q.opened_seq
                AND h.reason IN (round_reason_ARRIVED, round_reason_FOUND, round_reason_BORN)
            WHERE f.area = :area ORDER BY h.seq, h.number LIMIT 1), CASE
            WHEN p.birth >= q.day THEN round_line_BORN
            WHEN y.since_ms > q.opens_ms THEN round_line_ARRIVED
            ELSE round_line_FOUND END) END AS line
    FROM round_round o JOIN round_round q ON q.area = :area AND q.id = :round_b
        JOIN round_due y ON y.area = :area AND y.round_id = o.id
        LEFT JOIN round_due x ON x.area = :area AND x.round_id = q.id AND x.person_id = y.person_id
        LEFT JOIN roster_person p ON p.area = :area AND p.id = y.person_id
    WHERE o.area = :area AND o.id = :round_a AND y.state IN (round_due_MISSING, round_due_SAMPLED)
        AND coalesce(x.state, round_due_ABSENT) IN (round_due_EXEMPT, round_due_ABSENT)
    UNION ALL
    SELECT 1 AS sign, y.person_id, y.place_sort, y.place_id, CASE
        WHEN x.state = round_due_EXEMPT THEN round_line_EXEMPT_ENDED
        WHEN x.state = round_due_ABSENT THEN CASE x.reason
            WHEN round_reason_LEFT THEN round_line_ARRIVED ELSE x.reason END
        WHEN p.same_as <> 0 THEN round_line_DOUBLE
        WHEN q.scope_id NOT IN (0, y.place_id, y.floor_id, y.stair_id, y.building_id,
            y.compound_id) THEN round_line_OTHER_ROUND
        WHEN q.opened_seq > o.opened_seq THEN round_line_LEFT
        ELSE coalesce((SELECT h.reason FROM round_round f JOIN round_change h ON h.area = :area
                AND h.round_id = f.id AND h.person_id = y.person_id AND h.seq > q.opened_seq
                AND h.reason IN (round_reason_ARRIVED, round_reason_FOUND, round_reason_BORN)
            WHERE f.area = :area ORDER BY h.seq, h.number LIMIT 1), CASE
            WHEN p.birth >= q.day THEN round_line_BORN
            WHEN y.since_ms > q.opens_ms THEN round_line_ARRIVED
            ELSE round_line_FOUND END) END AS line
    FROM round_round o JOIN round_round q ON q.area = :area AND q.id = :round_a
        JOIN round_due y ON y.area = :area AND y.round_id = o.id
        LEFT JOIN round_due x ON x.area = :area AND x.round_id = q.id AND x.person_id = y.person_id
        LEFT JOIN roster_person p ON p.area = :area AND p.id = y.person_id
    WHERE o.area = :area AND o.id = :round_b AND y.state IN (round_due_MISSING, round_due_SAMPLED)
        AND coalesce(x.state, round_due_ABSENT) IN (round_due_EXEMPT, round_due_ABSENT)
    UNION ALL
    SELECT 0, d.person_id, d.place_sort, d.place_id, CASE :line WHEN round_line_BEFORE
        THEN round_line_BEFORE ELSE round_line_AFTER END
    FROM round_due d WHERE d.area = :area
        AND d.round_id = CASE :line WHEN round_line_BEFORE THEN :round_a
            WHEN round_line_AFTER THEN :round_b END
        AND d.state IN (round_due_MISSING, round_due_SAMPLED)) AS sub_who
    JOIN roster_person p ON p.area = :area AND p.id = sub_who.person_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = sub_who.place_id
WHERE (:line IS NULL OR sub_who.line = :line)
    AND (:sign IS NULL OR sub_who.sign = :sign);

-- Two lists added up by place: who is in the round, where each is in it; and all rooms that stand.
-- view: round_board
WITH sub_home AS (
    SELECT sub_in.room, CAST(sum(sub_in.missing) AS INTEGER) AS missing,
        CAST(sum(sub_in.sampled) AS INTEGER) AS sampled,
        CAST(sum(sub_in.exempt) AS INTEGER) AS exempt,
        CAST(sum(sub_in.absent) AS INTEGER) AS absent
    FROM (SELECT sub_state.place_id AS room,
            CASE sub_state.state WHEN round_due_MISSING THEN 1 ELSE 0 END AS missing,
            CASE sub_state.state WHEN round_due_SAMPLED THEN 1 ELSE 0 END AS sampled,
            CASE sub_state.state WHEN round_due_EXEMPT THEN 1 ELSE 0 END AS exempt,
            CASE sub_state.state WHEN round_due_ABSENT THEN 1 ELSE 0 END AS absent
        FROM (SELECT d.place_id, CASE WHEN d.state_seq <= :as_of THEN d.state
                ELSE coalesce((SELECT h.state FROM round_change h WHERE h.area = :area
                    AND h.round_id = d.round_id AND h.person_id = d.person_id AND h.seq <= :as_of
                    AND h.seq > CASE WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN d.sampled_seq
                        ELSE 0 END
                ORDER BY h.seq DESC, h.number DESC LIMIT 1), CASE
                    WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN round_due_SAMPLED
                    ELSE d.first_state END) END AS state
            FROM round_counter k CROSS JOIN round_due d
            WHERE k.area = :area AND k.round_id = :round
                AND (:building IS NULL OR k.building_id = :building)
                AND d.area = :area AND d.round_id = :round AND d.place_sort >= k.first_sort
                AND d.place_sort <= k.last_sort AND d.made_seq <= :as_of
                AND k.node_id = CASE WHEN d.floor_id <> 0 THEN d.floor_id
                    WHEN d.stair_id <> 0 THEN d.stair_id
                    WHEN d.building_id <> 0 THEN d.building_id ELSE d.compound_id END
            ) AS sub_state
        UNION ALL
        SELECT n.id, 0, 0, 0, 0
        FROM round_round r JOIN place_node n ON n.area = :area AND +n.kind = place_kind_ROOM
        WHERE r.area = :area AND r.id = :round AND n.made_seq <= :as_of
            AND (n.closed_seq = 0 OR n.closed_seq > :as_of)
            AND n.sort >= coalesce((SELECT x.sort FROM place_node x WHERE x.area = :area
                AND x.id = CASE WHEN :building IS NULL THEN r.scope_id ELSE :building END), '')
            AND n.sort < coalesce((SELECT x.sort || '"' FROM place_node x WHERE x.area = :area
                AND x.id = CASE WHEN :building IS NULL THEN r.scope_id ELSE :building END), '~')
            AND (r.scope_id = 0 OR r.scope_id IN (n.id, n.compound_id, n.building_id,
                n.stair_id, n.floor_id))) AS sub_in
    GROUP BY sub_in.room)
SELECT sub_home.room, 0 AS compound, 0 AS building, 0 AS stair, 0 AS floor, '' AS name,
    '' AS floor_name, CASE
        WHEN sub_home.missing + sub_home.sampled + sub_home.exempt > 0 THEN round_home_PRESENT
        ELSE round_home_AWAY END AS home,
    sub_home.missing, sub_home.sampled, sub_home.exempt, sub_home.absent, '' AS place_sort
FROM sub_home WHERE sub_home.room = 0
UNION ALL
SELECT sub_home.room, n.compound_id, n.building_id, n.stair_id, n.floor_id, n.name,
    coalesce(f.name, ''), CASE
        WHEN sub_home.missing + sub_home.sampled + sub_home.exempt > 0 THEN round_home_PRESENT
        WHEN sub_home.absent > 0 THEN round_home_AWAY
        WHEN EXISTS (SELECT 1 FROM roster_household t WHERE t.area = :area
            AND t.place_id = sub_home.room AND t.made_seq <= :as_of
            AND t.housing = roster_housing_VACANT) THEN round_home_VACANT
        ELSE round_home_UNKNOWN END,
    sub_home.missing, sub_home.sampled, sub_home.exempt, sub_home.absent, n.sort
FROM sub_home JOIN place_node n ON n.area = :area AND n.id = sub_home.room
    LEFT JOIN place_node f ON f.area = :area AND f.id = n.floor_id;

-- Swabs lie in the order of the ledger, a round's between the record that named it first and its
-- newest swab; of the round opened last the latter need not be asked. Read once, they are added up
-- in some milliseconds, so that no sample has to keep counters of them.
-- view: round_samples
SELECT s.seq, s.at_ms AS at, s.person_id AS person, coalesce(p.name, '') AS name,
    coalesce(n.path, '') AS path,
    CASE s.prev_seq WHEN 0 THEN round_turn_FIRST ELSE round_turn_AGAIN END AS turn, s.tube, s.mix,
    s.site, s.point_id AS point, s.user_id AS account
FROM round_sample s LEFT JOIN roster_person p ON p.area = :area AND p.id = s.person_id
    LEFT JOIN round_due d ON d.area = :area AND d.round_id = :round AND d.person_id = s.person_id
    LEFT JOIN place_node n ON n.area = :area AND n.id = d.place_id
WHERE s.area = :area
    AND s.seq >= (SELECT coalesce((SELECT min(h.seq) FROM round_change h
        WHERE h.area = :area AND h.round_id = :round AND h.seq < r.opened_seq), r.opened_seq)
        FROM round_round r WHERE r.area = :area AND r.id = :round)
    AND s.seq <= (SELECT CASE WHEN EXISTS (SELECT 1 FROM round_round o WHERE o.area = :area
            AND o.opened_seq > r.opened_seq) THEN (SELECT max(d.sample_seq) FROM round_due d
            WHERE d.area = :area AND d.round_id = :round) ELSE 9223372036854775807 END
        FROM round_round r WHERE r.area = :area AND r.id = :round)
    AND s.round_id = :round AND s.seq <= :as_of
    AND (:point IS NULL OR s.point_id = :point) AND (:tube IS NULL OR s.tube = :tube)
    AND (:account IS NULL OR s.user_id = :account) AND (:since IS NULL OR s.at_ms >= :since)
    AND (:until IS NULL OR s.at_ms < :until) AND (:turn IS NULL
        OR :turn = CASE s.prev_seq WHEN 0 THEN round_turn_FIRST ELSE round_turn_AGAIN END);

-- view: round_curve
SELECT quarter * 900000 AS since, quarter * 900000 + 900000 AS until,
    CAST(sum(sampled) AS INTEGER) AS sampled, CAST(sum(samples) AS INTEGER) AS samples
FROM (SELECT sub_state.sampled_ms / 900000 AS quarter, 1 AS sampled, 0 AS samples
    FROM (SELECT d.sampled_ms, CASE WHEN d.state_seq <= :as_of THEN d.state
            ELSE coalesce((SELECT h.state FROM round_change h WHERE h.area = :area
                AND h.round_id = d.round_id AND h.person_id = d.person_id AND h.seq <= :as_of
                AND h.seq > CASE WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN d.sampled_seq
                    ELSE 0 END
            ORDER BY h.seq DESC, h.number DESC LIMIT 1), CASE
                WHEN d.sampled_seq BETWEEN 1 AND :as_of THEN round_due_SAMPLED
                ELSE d.first_state END) END AS state
        FROM round_due d WHERE d.area = :area AND d.round_id = :round AND d.made_seq <= :as_of
        ) AS sub_state
    WHERE sub_state.state = round_due_SAMPLED
    UNION ALL
    SELECT s.at_ms / 900000, 0, 1 FROM round_sample s
    WHERE s.area = :area
        AND s.seq >= (SELECT coalesce((SELECT min(h.seq) FROM round_change h
            WHERE h.area = :area AND h.round_id = :round AND h.seq < r.opened_seq), r.opened_seq)
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.seq <= (SELECT CASE WHEN EXISTS (SELECT 1 FROM round_round o WHERE o.area = :area
                AND o.opened_seq > r.opened_seq) THEN (SELECT max(d.sample_seq) FROM round_due d
                WHERE d.area = :area AND d.round_id = :round) ELSE 9223372036854775807 END
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.round_id = :round AND s.seq <= :as_of) AS sub_quarter
GROUP BY quarter;

-- view: round_point_curve
SELECT point, quarter * 900000 AS since, quarter * 900000 + 900000 AS until, samples
FROM (SELECT s.point_id AS point, s.at_ms / 900000 AS quarter, count(*) AS samples
    FROM round_sample s
    WHERE s.area = :area
        AND s.seq >= (SELECT coalesce((SELECT min(h.seq) FROM round_change h
            WHERE h.area = :area AND h.round_id = :round AND h.seq < r.opened_seq), r.opened_seq)
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.seq <= (SELECT CASE WHEN EXISTS (SELECT 1 FROM round_round o WHERE o.area = :area
                AND o.opened_seq > r.opened_seq) THEN (SELECT max(d.sample_seq) FROM round_due d
                WHERE d.area = :area AND d.round_id = :round) ELSE 9223372036854775807 END
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.round_id = :round AND s.seq <= :as_of
        AND (:point IS NULL OR s.point_id = :point)
    GROUP BY s.point_id, s.at_ms / 900000) AS sub_quarter;

-- Each point's streams are those of the accounts that took swabs there and were heard of since.
-- view: round_points
WITH sub_tube AS (
    SELECT s.point_id AS point, s.user_id, s.tube, count(*) AS samples,
        CAST(sum(CASE s.prev_seq WHEN 0 THEN 1 ELSE 0 END) AS INTEGER) AS sampled,
        CAST(sum(CASE WHEN s.at_ms >= :now - 3600000 THEN 1 ELSE 0 END) AS INTEGER) AS last_hour,
        max(s.at_ms) AS newest_ms, max(s.seq) AS newest_seq
    FROM round_sample s
    WHERE s.area = :area
        AND s.seq >= (SELECT coalesce((SELECT min(h.seq) FROM round_change h
            WHERE h.area = :area AND h.round_id = :round AND h.seq < r.opened_seq), r.opened_seq)
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.seq <= (SELECT CASE WHEN EXISTS (SELECT 1 FROM round_round o WHERE o.area = :area
                AND o.opened_seq > r.opened_seq) THEN (SELECT max(d.sample_seq) FROM round_due d
                WHERE d.area = :area AND d.round_id = :round) ELSE 9223372036854775807 END
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.round_id = :round AND s.seq <= :as_of
    GROUP BY s.point_id, s.user_id, s.tube),
sub_point AS (
    SELECT point, CAST(sum(samples) AS INTEGER) AS samples,
        CAST(sum(sampled) AS INTEGER) AS sampled,
        CAST(sum(last_hour) AS INTEGER) AS last_hour, max(newest_ms) AS newest_ms,
        max(newest_seq) AS newest_seq
    FROM (SELECT point, samples, sampled, last_hour, newest_ms, newest_seq FROM sub_tube
        UNION ALL
        SELECT n.id, 0, 0, 0, 0, 0 FROM place_node n
        WHERE n.area = :area AND n.kind = place_kind_POINT AND n.made_seq <= :as_of
            AND (n.closed_seq = 0 OR n.closed_seq > :as_of)) AS sub_all
    GROUP BY point),
sub_stream AS (
    SELECT sub_at.point, count(*) AS streams,
        CAST(sum(CASE WHEN t.made >= t.next_n THEN t.made - t.next_n + 1 ELSE 0 END) AS INTEGER)
            AS owed
    FROM (SELECT DISTINCT point, user_id FROM sub_tube) AS sub_at
        JOIN stream t ON t.area = :area AND t.user_id = sub_at.user_id
    WHERE t.kind IN (stream_kind_CONSOLE, stream_kind_STORE, stream_kind_TOKEN)
        AND t.last_seq >= (SELECT r.opened_seq FROM round_round r
            WHERE r.area = :area AND r.id = :round)
    GROUP BY sub_at.point)
SELECT sub_point.point, coalesce(n.name, '') AS name, sub_point.sampled, sub_point.samples,
    :now - 3600000 AS hour_from, sub_point.last_hour, sub_point.newest_ms AS newest_at,
    coalesce(s.tube, '') AS tube, s.mix,
    coalesce((SELECT CAST(sum(m.samples) AS INTEGER) FROM sub_tube m
        WHERE m.point = sub_point.point AND m.tube = s.tube), 0) AS in_tube,
    coalesce(sub_stream.streams, 0) AS streams, coalesce(sub_stream.owed, 0) AS owed
FROM sub_point LEFT JOIN place_node n ON n.area = :area AND n.id = sub_point.point
    LEFT JOIN round_sample s ON s.area = :area AND s.seq = sub_point.newest_seq
    LEFT JOIN sub_stream ON sub_stream.point = sub_point.point;

-- view: round_point_streams
SELECT sub_at.point, t.stream, t.user_id AS account, coalesce(u.name, '') AS name,
    sub_at.samples, sub_at.newest_ms AS newest_at, t.next_n - 1 AS taken, t.made,
    CASE WHEN t.made >= t.next_n THEN t.made - t.next_n + 1 ELSE 0 END AS owed,
    l.received_ms AS heard_at
FROM (SELECT s.point_id AS point, s.user_id, count(*) AS samples, max(s.at_ms) AS newest_ms
    FROM round_sample s
    WHERE s.area = :area
        AND s.seq >= (SELECT coalesce((SELECT min(h.seq) FROM round_change h
            WHERE h.area = :area AND h.round_id = :round AND h.seq < r.opened_seq), r.opened_seq)
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.seq <= (SELECT CASE WHEN EXISTS (SELECT 1 FROM round_round o WHERE o.area = :area
                AND o.opened_seq > r.opened_seq) THEN (SELECT max(d.sample_seq) FROM round_due d
                WHERE d.area = :area AND d.round_id = :round) ELSE 9223372036854775807 END
            FROM round_round r WHERE r.area = :area AND r.id = :round)
        AND s.round_id = :round AND s.seq <= :as_of
        AND (:point IS NULL OR s.point_id = :point)
    GROUP BY s.point_id, s.user_id) AS sub_at
    JOIN stream t ON t.area = :area AND t.user_id = sub_at.user_id
    LEFT JOIN access_user u ON u.area = :area AND u.id = t.user_id
    LEFT JOIN ledger l ON l.area = :area AND l.seq = t.last_seq
WHERE t.kind IN (stream_kind_CONSOLE, stream_kind_STORE, stream_kind_TOKEN)
    AND t.last_seq >= (SELECT r.opened_seq FROM round_round r
        WHERE r.area = :area AND r.id = :round);

-- view: round_assignments
SELECT a.place_id AS place, n.path, a.account,
    CASE WHEN a.name <> '' THEN a.name ELSE coalesce(u.name, '') END AS name, a.how, a.note,
    a.at_ms AS since, a.ended_ms AS until,
    (SELECT CAST(coalesce(sum(k.missing), 0) AS INTEGER) FROM round_counter k
        WHERE k.area = :area AND k.round_id = :round AND a.place_id IN (k.floor_id, k.stair_id,
            k.building_id, k.compound_id)) AS missing,
    a.user_id AS sent_by, a.seq, n.sort AS place_sort, -a.seq AS newest_first
FROM round_assignment a JOIN place_node n ON n.area = :area AND n.id = a.place_id
    LEFT JOIN access_user u ON u.area = :area AND u.id = a.account
WHERE a.area = :area AND a.round_id = :round AND (:place IS NULL OR a.place_id = :place)
    AND (:account IS NULL OR a.account = :account)
    AND (:is_in_force IS NULL OR (:is_in_force = 1) = (a.ended_seq = 0));
