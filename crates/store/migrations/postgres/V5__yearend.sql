-- What the year's end says as published, objections to it, and the deputies' vote.
CREATE TABLE year_end (
    city_id          TEXT COLLATE "C" NOT NULL,
    report_id        TEXT COLLATE "C" NOT NULL,
    objections_until TEXT COLLATE "C" NOT NULL,    -- last day, YYYY-MM-DD
    sha256           TEXT COLLATE "C" NOT NULL,    -- of body; the event of publishing carries it too
    published_by     TEXT COLLATE "C" NOT NULL,
    published_at     BIGINT NOT NULL,
    body             TEXT COLLATE "C" NOT NULL,    -- day and completions, JSON
    PRIMARY KEY (city_id, report_id)
);

-- Nobody is asked who they are, so nothing is kept of it.
CREATE TABLE objection (
    city_id      TEXT COLLATE "C" NOT NULL,
    objection_id TEXT COLLATE "C" NOT NULL,
    report_id    TEXT COLLATE "C" NOT NULL,
    task_id      TEXT COLLATE "C" NOT NULL,
    filed_at     BIGINT NOT NULL,
    text         TEXT COLLATE "C" NOT NULL,
    answer       TEXT COLLATE "C",
    answered_at  BIGINT,
    PRIMARY KEY (city_id, objection_id)
);
CREATE INDEX objection_by_report ON objection (city_id, report_id, filed_at);

-- A vote of a report; closed is 0 while it is open.
CREATE TABLE ballot (
    city_id   TEXT COLLATE "C" NOT NULL,
    report_id TEXT COLLATE "C" NOT NULL,
    codes     BIGINT NOT NULL,
    closed    BIGINT NOT NULL,
    PRIMARY KEY (city_id, report_id)
);

-- A code is known by its hash, and only whether it was used; how it voted is nowhere.
CREATE TABLE ballot_code (
    city_id   TEXT COLLATE "C" NOT NULL,
    report_id TEXT COLLATE "C" NOT NULL,
    code_hash TEXT COLLATE "C" NOT NULL,
    used      BIGINT NOT NULL,
    PRIMARY KEY (city_id, report_id, code_hash)
);

-- Ballots are kept as counts only.
CREATE TABLE ballot_tally (
    city_id   TEXT COLLATE "C" NOT NULL,
    report_id TEXT COLLATE "C" NOT NULL,
    item_no   BIGINT NOT NULL,
    opinion   TEXT COLLATE "C" NOT NULL,
    votes     BIGINT NOT NULL,
    PRIMARY KEY (city_id, report_id, item_no, opinion)
);
