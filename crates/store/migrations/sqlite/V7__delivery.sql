-- Work to be done later, and where notices are sent to outside the program.

CREATE TABLE job (
    city_id      TEXT NOT NULL,
    job_key      TEXT NOT NULL,      -- the same work has the same key, so it is queued once
    kind         TEXT NOT NULL,
    due_at       INTEGER NOT NULL,   -- not before
    attempts     INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,   -- somebody is at it until then; 0 when nobody
    done_at      INTEGER NOT NULL,   -- 0 while it is not done; set as well when it is given up
    error        TEXT NOT NULL,      -- why the last attempt failed
    body         TEXT NOT NULL,      -- what it needs, JSON
    PRIMARY KEY (city_id, job_key)
) STRICT;
CREATE INDEX job_by_due ON job (city_id, done_at, due_at, job_key);

CREATE TABLE subscription (
    city_id         TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    audience        TEXT NOT NULL,      -- office, unit:ID or leader:ID
    channel         TEXT NOT NULL,      -- email or webhook
    address         TEXT NOT NULL,
    secret          TEXT NOT NULL,      -- what a webhook is signed with; empty for e-mail
    language        TEXT NOT NULL,      -- zh or en
    queued_seq      INTEGER NOT NULL,   -- notices up to this event are queued
    added_at        INTEGER NOT NULL,
    delivered_at    INTEGER NOT NULL,   -- last success; 0 when none
    error           TEXT NOT NULL,      -- why the last attempt failed; empty after a success
    PRIMARY KEY (city_id, subscription_id)
) STRICT;
CREATE INDEX subscription_by_audience ON subscription (city_id, audience);
