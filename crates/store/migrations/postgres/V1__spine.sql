-- The spine: cities and their log, reports, tasks, evidence, files, accounts.
-- city_id leads every key, so that a distributed PostgreSQL can place a city on a node without change.

CREATE TABLE city (
    city_id   TEXT COLLATE "C" NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    founded_at BIGINT NOT NULL,   -- microseconds since 1970 UTC, like every *_at
    head_seq  BIGINT NOT NULL,    -- last event's number, 0 before the first
    head_hash BYTEA NOT NULL,    -- last event's hash, 32 zero bytes before the first
    PRIMARY KEY (city_id)
);

-- What the city brings: units, areas, rules, thresholds, as JSON.
CREATE TABLE pack (
    city_id TEXT COLLATE "C" NOT NULL,
    part    TEXT COLLATE "C" NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, part)
);

-- The append-only log. hash covers every column and the hash of the event before.
CREATE TABLE event (
    city_id   TEXT COLLATE "C" NOT NULL,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    actor     TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,
    body      TEXT COLLATE "C" NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash      BYTEA NOT NULL,
    PRIMARY KEY (city_id, seq)
);
CREATE INDEX event_by_subject ON event (city_id, subject, seq);

CREATE TABLE report (
    city_id    TEXT COLLATE "C" NOT NULL,
    report_id  TEXT COLLATE "C" NOT NULL,
    year       BIGINT NOT NULL,
    title      TEXT COLLATE "C" NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    text       TEXT COLLATE "C" NOT NULL,   -- as delivered, decoded to UTF-8
    reading    TEXT COLLATE "C" NOT NULL,   -- sections and statements as adopted, JSON
    adopted_by TEXT COLLATE "C" NOT NULL,
    adopted_at BIGINT NOT NULL,
    simulated  BIGINT NOT NULL,
    PRIMARY KEY (city_id, report_id)
);

CREATE TABLE task (
    city_id     TEXT COLLATE "C" NOT NULL,
    task_id     TEXT COLLATE "C" NOT NULL,
    report_id   TEXT COLLATE "C" NOT NULL,
    ord         BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    changed_seq BIGINT NOT NULL,  -- last event that changed it
    body        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, task_id)
);
CREATE INDEX task_by_change ON task (city_id, changed_seq);

CREATE TABLE evidence (
    city_id     TEXT COLLATE "C" NOT NULL,
    evidence_id TEXT COLLATE "C" NOT NULL,
    task_id     TEXT COLLATE "C" NOT NULL,
    ord         BIGINT NOT NULL,  -- version of the task it came with
    source      TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C",           -- exact decimal in the target's unit
    period_from TEXT COLLATE "C" NOT NULL,  -- YYYY-MM-DD
    period_to   TEXT COLLATE "C" NOT NULL,
    unit_id     TEXT COLLATE "C",
    filed_at    BIGINT NOT NULL,
    withdrawn   BIGINT NOT NULL,
    simulated   BIGINT NOT NULL,
    body        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, evidence_id)
);
CREATE INDEX evidence_by_task ON evidence (city_id, task_id, ord);

-- Content of attachments, under its hash.
CREATE TABLE file (
    city_id    TEXT COLLATE "C" NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    kept_at    BIGINT NOT NULL,
    content    BYTEA NOT NULL,
    PRIMARY KEY (city_id, sha256)
);

CREATE TABLE account (
    city_id       TEXT COLLATE "C" NOT NULL,
    account_id    TEXT COLLATE "C" NOT NULL,
    role          TEXT COLLATE "C" NOT NULL,
    unit_id       TEXT COLLATE "C",
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (city_id, account_id)
);

-- A session is known by the hash of its token; the token itself is only in the browser.
CREATE TABLE session (
    city_id    TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    csrf       TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (city_id, token_hash)
);
CREATE INDEX session_by_expiry ON session (city_id, expires_at);

-- Answers already given to a key, so that a repeated request does nothing twice.
CREATE TABLE idempotency (
    city_id    TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    request    TEXT COLLATE "C" NOT NULL,   -- SHA-256 of what was asked
    answer     TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (city_id, account_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (city_id, at);
