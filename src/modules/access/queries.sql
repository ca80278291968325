-- query: access_user_login
-- in: user_id user
-- out: str login
SELECT login FROM access_user WHERE area = :area AND id = :user;

-- query: access_login_find
-- in: str login
-- out: area_id home, user_id user
SELECT area, user_id FROM everywhere_login WHERE name = :login;

-- query: access_login_insert
-- in: str login, user_id user
INSERT INTO everywhere_login (name, area, user_id) VALUES (:login, :area, :user);

-- query: access_user_insert
-- in: user_id user, str login, str name, str password_hash, seq_id seq
INSERT INTO access_user (area, id, login, name, password_hash, is_closed, made_seq)
VALUES (:area, :user, :login, :name, :password_hash, 0, :seq);

-- query: access_user_close
-- in: user_id user
UPDATE access_user SET is_closed = 1 WHERE area = :area AND id = :user;

-- query: access_password_set
-- in: user_id user, str password_hash
UPDATE access_user SET password_hash = :password_hash WHERE area = :area AND id = :user;

-- query: access_grant_find
-- in: grant_id grant
-- out: time_ms until
SELECT until_ms FROM access_grant WHERE area = :area AND id = :grant;

-- query: access_grants_count
-- in: user_id user
-- out: int64_t count
SELECT count(*) FROM access_grant WHERE area = :area AND user_id = :user;

-- query: access_grant_insert
-- in: grant_id grant, user_id user, int64_t role, time_ms since, time_ms until
INSERT INTO access_grant (area, id, user_id, role, since_ms, until_ms)
VALUES (:area, :grant, :user, :role, :since, :until);

-- query: access_grant_until_set
-- in: grant_id grant, time_ms until
UPDATE access_grant SET until_ms = :until WHERE area = :area AND id = :grant;

-- query: access_session_set
-- in: blob hash, user_id user, time_ms since, time_ms until, str address
INSERT INTO access_session (area, hash, user_id, since_ms, until_ms, address, ended_seq)
VALUES (:area, :hash, :user, :since, :until, :address, 0)
ON CONFLICT (area, hash) DO UPDATE SET until_ms = excluded.until_ms;

-- query: access_session_end
-- in: blob hash, seq_id seq
UPDATE access_session SET ended_seq = :seq WHERE area = :area AND hash = :hash AND ended_seq = 0;

-- query: access_sessions_end
-- in: user_id user, seq_id seq
UPDATE access_session SET ended_seq = :seq
WHERE area = :area AND user_id = :user AND ended_seq = 0;

-- query: access_invitation_find
-- in: invitation_id invitation
-- out: int64_t role, time_ms since, time_ms until, int64_t uses, seq_id ended
SELECT role, since_ms, until_ms, uses, ended_seq FROM access_invitation
WHERE area = :area AND id = :invitation;

-- query: access_invitation_insert
-- in: invitation_id invitation, int64_t role, time_ms since, time_ms until, int64_t uses, str note
-- in: blob token_hash, seq_id seq
INSERT INTO access_invitation (area, id, role, since_ms, until_ms, uses, note, token_hash,
    made_seq, ended_seq)
VALUES (:area, :invitation, :role, :since, :until, :uses, :note, :token_hash, :seq, 0);

-- query: access_invitation_end
-- in: invitation_id invitation, seq_id seq
UPDATE access_invitation SET ended_seq = :seq WHERE area = :area AND id = :invitation;

-- query: access_invited_count
-- in: invitation_id invitation
-- out: int64_t count
SELECT count(*) FROM access_invited WHERE area = :area AND invitation = :invitation;

-- query: access_invited_insert
-- in: user_id user, invitation_id invitation, grant_id grant, time_ms at
INSERT INTO access_invited (area, id, invitation, grant_id, at_ms)
VALUES (:area, :user, :invitation, :grant, :at);

-- query: access_invited_grants_end
-- in: invitation_id invitation, time_ms until
UPDATE access_grant SET until_ms = :until WHERE area = :area AND until_ms > :until AND id IN
    (SELECT i.grant_id FROM access_invited i WHERE i.area = :area AND i.invitation = :invitation);

-- query: access_log_insert
-- in: seq_id seq, time_ms at, user_id user, str view, str format, bool is_unmasked, str reason
INSERT INTO access_log (area, seq, at_ms, user_id, view_name, format, is_unmasked, reason)
VALUES (:area, :seq, :at, :user, :view, :format, :is_unmasked, :reason);

-- view: access_users
SELECT u.id AS account, u.login, u.name, u.is_closed,
    (SELECT count(*) FROM access_grant g WHERE g.area = u.area AND g.user_id = u.id) AS grants
FROM access_user u WHERE u.area = :area;

-- view: access_grants
SELECT grant_id, account, login, name, role, since, until, state
FROM (SELECT g.id AS grant_id, g.user_id AS account, coalesce(u.login, '') AS login,
        coalesce(u.name, '') AS name, g.role, g.since_ms AS since, g.until_ms AS until, CASE
            WHEN g.until_ms <= :now THEN access_which_OVER
            WHEN g.since_ms > :now THEN access_which_COMING
            WHEN g.until_ms <= :now + 604800000 THEN access_which_ENDING
            ELSE access_which_IN_FORCE END AS state,
        coalesce(u.is_closed, 0) AS is_closed
    FROM access_grant g LEFT JOIN access_user u ON u.area = :area AND u.id = g.user_id
    WHERE g.area = :area AND (:account IS NULL OR g.user_id = :account)) AS sub_grant
WHERE :which IS NULL OR state = :which
    OR (:which = access_which_IN_FORCE AND state = access_which_ENDING)
    OR (:which = access_which_ADMIN AND role = access_role_ADMIN AND is_closed = 0
        AND state IN (access_which_IN_FORCE, access_which_ENDING));

-- view: access_invitations
SELECT i.id AS invitation, i.role, i.note, i.since_ms AS since, i.until_ms AS until, i.uses,
    (SELECT count(*) FROM access_invited d WHERE d.area = i.area AND d.invitation = i.id) AS used,
    CASE WHEN i.ended_seq <> 0 THEN 1 ELSE 0 END AS is_ended, -i.made_seq AS newest_first
FROM access_invitation i WHERE i.area = :area;

-- view: access_invited
SELECT i.id AS account, u.name, i.invitation, i.grant_id, i.at_ms AS at
FROM access_invited i JOIN access_user u ON u.area = i.area AND u.id = i.id
WHERE i.area = :area AND (:invitation IS NULL OR i.invitation = :invitation);

-- view: access_sessions
SELECT s.user_id AS account, coalesce(u.login, '') AS login, coalesce(u.name, '') AS name,
    s.since_ms AS since, s.until_ms AS until, s.address, -s.since_ms AS newest_first
FROM access_session s LEFT JOIN access_user u ON u.area = :area AND u.id = s.user_id
WHERE s.area = :area AND s.ended_seq = 0 AND s.until_ms > :now AND coalesce(u.is_closed, 0) = 0
    AND (:account IS NULL OR s.user_id = :account);

-- view: access_now
SELECT (SELECT count(*) FROM access_user u WHERE u.area = :area) AS accounts,
    (SELECT count(DISTINCT g.user_id) FROM access_grant g
        LEFT JOIN access_user u ON u.area = :area AND u.id = g.user_id
        WHERE g.area = :area AND g.role = access_role_ADMIN AND g.since_ms <= :now
            AND g.until_ms > :now AND coalesce(u.is_closed, 0) = 0) AS administrators,
    (SELECT count(*) FROM access_grant g
        LEFT JOIN access_user u ON u.area = :area AND u.id = g.user_id
        WHERE g.area = :area AND g.role = access_role_ADMIN AND g.since_ms <= :now
            AND g.until_ms > :now AND coalesce(u.is_closed, 0) = 0) AS administrator_grants,
    (SELECT count(*) FROM access_grant g WHERE g.area = :area AND g.since_ms <= :now
        AND g.until_ms > :now AND g.until_ms <= :now + 604800000) AS ending,
    (SELECT count(*) FROM access_session s
        LEFT JOIN access_user u ON u.area = :area AND u.id = s.user_id
        WHERE s.area = :area AND s.ended_seq = 0 AND s.until_ms > :now
            AND coalesce(u.is_closed, 0) = 0) AS sessions
FROM area_self a WHERE a.area = :area;

-- view: access_log
SELECT at_ms AS at, user_id AS account, view_name AS view, format, is_unmasked, reason,
    -seq AS newest_first
FROM access_log WHERE area = :area;
