-- What the year's end says as published, objections to it, and the deputies' vote.
CREATE TABLE year_end (
    city_id          TEXT NOT NULL,
    report_id        TEXT NOT NULL,
    objections_until TEXT NOT NULL,    -- last day, YYYY-MM-DD
    sha256           TEXT NOT NULL,    -- of body; the event of publishing carries it too
    published_by     TEXT NOT NULL,
    published_at     INTEGER NOT NULL,
    body             TEXT NOT NULL,    -- day and completions, JSON
    PRIMARY KEY (city_id, report_id)
) STRICT;

-- Nobody is asked who they are, so nothing is kept of it.
CREATE TABLE objection (
    city_id      TEXT NOT NULL,
    objection_id TEXT NOT NULL,
    report_id    TEXT NOT NULL,
    task_id      TEXT NOT NULL,
    filed_at     INTEGER NOT NULL,
    text         TEXT NOT NULL,
    answer       TEXT,
    answered_at  INTEGER,
    PRIMARY KEY (city_id, objection_id)
) STRICT;
CREATE INDEX objection_by_report ON objection (city_id, report_id, filed_at);

-- A vote of a report; closed is 0 while it is open.
CREATE TABLE ballot (
    city_id   TEXT NOT NULL,
    report_id TEXT NOT NULL,
    codes     INTEGER NOT NULL,
    closed    INTEGER NOT NULL,
    PRIMARY KEY (city_id, report_id)
) STRICT;

-- A code is known by its hash, and only whether it was used; how it voted is nowhere.
CREATE TABLE ballot_code (
    city_id   TEXT NOT NULL,
    report_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    used      INTEGER NOT NULL,
    PRIMARY KEY (city_id, report_id, code_hash)
) STRICT;

-- Ballots are kept as counts only.
CREATE TABLE ballot_tally (
    city_id   TEXT NOT NULL,
    report_id TEXT NOT NULL,
    item_no   INTEGER NOT NULL,
    opinion   TEXT NOT NULL,
    votes     INTEGER NOT NULL,
    PRIMARY KEY (city_id, report_id, item_no, opinion)
) STRICT;
