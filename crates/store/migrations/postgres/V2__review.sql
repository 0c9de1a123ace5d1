-- Documents under review: proposed statements with the reviewer's decisions, before anything is adopted.

CREATE TABLE draft (
    city_id    TEXT COLLATE "C" NOT NULL,
    draft_id   TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    ended      BIGINT NOT NULL,   -- adopted or given up
    title      TEXT COLLATE "C" NOT NULL,
    year       BIGINT NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    text       TEXT COLLATE "C" NOT NULL,      -- as delivered, decoded to UTF-8
    outline    TEXT COLLATE "C" NOT NULL,      -- sections, clauses and places of the newest reading, JSON
    head       TEXT COLLATE "C" NOT NULL,      -- counters and how it ended, JSON
    reread     TEXT COLLATE "C",               -- what the last re-reading changed, JSON
    total      BIGINT NOT NULL,   -- statements
    undecided  BIGINT NOT NULL,   -- of these
    started_by TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (city_id, draft_id)
);
CREATE INDEX draft_by_change ON draft (city_id, ended, changed_at);

CREATE TABLE draft_statement (
    city_id      TEXT COLLATE "C" NOT NULL,
    draft_id     TEXT COLLATE "C" NOT NULL,
    statement_no BIGINT NOT NULL,
    body         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, draft_id, statement_no)
);
