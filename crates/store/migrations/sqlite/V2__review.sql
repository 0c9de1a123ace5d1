-- Documents under review: proposed statements with the reviewer's decisions, before anything is adopted.

CREATE TABLE draft (
    city_id    TEXT NOT NULL,
    draft_id   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    ended      INTEGER NOT NULL,   -- adopted or given up
    title      TEXT NOT NULL,
    year       INTEGER NOT NULL,
    sha256     TEXT NOT NULL,
    text       TEXT NOT NULL,      -- as delivered, decoded to UTF-8
    outline    TEXT NOT NULL,      -- sections, clauses and places of the newest reading, JSON
    head       TEXT NOT NULL,      -- counters and how it ended, JSON
    reread     TEXT,               -- what the last re-reading changed, JSON
    total      INTEGER NOT NULL,   -- statements
    undecided  INTEGER NOT NULL,   -- of these
    started_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (city_id, draft_id)
) STRICT;
CREATE INDEX draft_by_change ON draft (city_id, ended, changed_at);

CREATE TABLE draft_statement (
    city_id      TEXT NOT NULL,
    draft_id     TEXT NOT NULL,
    statement_no INTEGER NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (city_id, draft_id, statement_no)
) STRICT;
