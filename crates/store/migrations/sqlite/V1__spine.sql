-- The spine: cities and their log, reports, tasks, evidence, files, accounts.
-- city_id leads every key, so that a distributed PostgreSQL can place a city on a node without change.

CREATE TABLE city (
    city_id   TEXT NOT NULL,
    name      TEXT NOT NULL,
    founded_at INTEGER NOT NULL,   -- microseconds since 1970 UTC, like every *_at
    head_seq  INTEGER NOT NULL,    -- last event's number, 0 before the first
    head_hash BLOB NOT NULL,    -- last event's hash, 32 zero bytes before the first
    PRIMARY KEY (city_id)
) STRICT;

-- What the city brings: units, areas, rules, thresholds, as JSON.
CREATE TABLE pack (
    city_id TEXT NOT NULL,
    part    TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (city_id, part)
) STRICT;

-- The append-only log. hash covers every column and the hash of the event before.
CREATE TABLE event (
    city_id   TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    kind      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    body      TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash      BLOB NOT NULL,
    PRIMARY KEY (city_id, seq)
) STRICT;
CREATE INDEX event_by_subject ON event (city_id, subject, seq);

CREATE TABLE report (
    city_id    TEXT NOT NULL,
    report_id  TEXT NOT NULL,
    year       INTEGER NOT NULL,
    title      TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    text       TEXT NOT NULL,   -- as delivered, decoded to UTF-8
    reading    TEXT NOT NULL,   -- sections and statements as adopted, JSON
    adopted_by TEXT NOT NULL,
    adopted_at INTEGER NOT NULL,
    simulated  INTEGER NOT NULL,
    PRIMARY KEY (city_id, report_id)
) STRICT;

CREATE TABLE task (
    city_id     TEXT NOT NULL,
    task_id     TEXT NOT NULL,
    report_id   TEXT NOT NULL,
    ord         INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    changed_seq INTEGER NOT NULL,  -- last event that changed it
    body        TEXT NOT NULL,
    PRIMARY KEY (city_id, task_id)
) STRICT;
CREATE INDEX task_by_change ON task (city_id, changed_seq);

CREATE TABLE evidence (
    city_id     TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    task_id     TEXT NOT NULL,
    ord         INTEGER NOT NULL,  -- version of the task it came with
    source      TEXT NOT NULL,
    value       TEXT,           -- exact decimal in the target's unit
    period_from TEXT NOT NULL,  -- YYYY-MM-DD
    period_to   TEXT NOT NULL,
    unit_id     TEXT,
    filed_at    INTEGER NOT NULL,
    withdrawn   INTEGER NOT NULL,
    simulated   INTEGER NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (city_id, evidence_id)
) STRICT;
CREATE INDEX evidence_by_task ON evidence (city_id, task_id, ord);

-- Content of attachments, under its hash.
CREATE TABLE file (
    city_id    TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    media_type TEXT NOT NULL,
    kept_at    INTEGER NOT NULL,
    content    BLOB NOT NULL,
    PRIMARY KEY (city_id, sha256)
) STRICT;

CREATE TABLE account (
    city_id       TEXT NOT NULL,
    account_id    TEXT NOT NULL,
    role          TEXT NOT NULL,
    unit_id       TEXT,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (city_id, account_id)
) STRICT;

-- A session is known by the hash of its token; the token itself is only in the browser.
CREATE TABLE session (
    city_id    TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    csrf       TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (city_id, token_hash)
) STRICT;
CREATE INDEX session_by_expiry ON session (city_id, expires_at);

-- Answers already given to a key, so that a repeated request does nothing twice.
CREATE TABLE idempotency (
    city_id    TEXT NOT NULL,
    account_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,   -- SHA-256 of what was asked
    answer     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (city_id, account_id, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (city_id, at);
