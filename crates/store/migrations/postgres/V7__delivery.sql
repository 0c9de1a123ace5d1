-- Work to be done later, and where notices are sent to outside the program.

CREATE TABLE job (
    city_id      TEXT COLLATE "C" NOT NULL,
    job_key      TEXT COLLATE "C" NOT NULL,      -- the same work has the same key, so it is queued once
    kind         TEXT COLLATE "C" NOT NULL,
    due_at       BIGINT NOT NULL,   -- not before
    attempts     BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,   -- somebody is at it until then; 0 when nobody
    done_at      BIGINT NOT NULL,   -- 0 while it is not done; set as well when it is given up
    error        TEXT COLLATE "C" NOT NULL,      -- why the last attempt failed
    body         TEXT COLLATE "C" NOT NULL,      -- what it needs, JSON
    PRIMARY KEY (city_id, job_key)
);
CREATE INDEX job_by_due ON job (city_id, done_at, due_at, job_key);

CREATE TABLE subscription (
    city_id         TEXT COLLATE "C" NOT NULL,
    subscription_id TEXT COLLATE "C" NOT NULL,
    audience        TEXT COLLATE "C" NOT NULL,      -- office, unit:ID or leader:ID
    channel         TEXT COLLATE "C" NOT NULL,      -- email or webhook
    address         TEXT COLLATE "C" NOT NULL,
    secret          TEXT COLLATE "C" NOT NULL,      -- what a webhook is signed with; empty for e-mail
    language        TEXT COLLATE "C" NOT NULL,      -- zh or en
    queued_seq      BIGINT NOT NULL,   -- notices up to this event are queued
    added_at        BIGINT NOT NULL,
    delivered_at    BIGINT NOT NULL,   -- last success; 0 when none
    error           TEXT COLLATE "C" NOT NULL,      -- why the last attempt failed; empty after a success
    PRIMARY KEY (city_id, subscription_id)
);
CREATE INDEX subscription_by_audience ON subscription (city_id, audience);
