-- Measures: versions, what tasks are measured by, and what was read.

CREATE TABLE measure (
    city_id    TEXT NOT NULL,
    measure_id TEXT NOT NULL,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,      -- the version, JSON; never changes
    PRIMARY KEY (city_id, measure_id, version)
) STRICT;

CREATE TABLE task_measure (
    city_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    body    TEXT NOT NULL,         -- which version and since when, JSON
    PRIMARY KEY (city_id, task_id)
) STRICT;

-- What a version came to on a day. A failure is written beside what was read before and never over it.
CREATE TABLE measure_reading (
    city_id     TEXT NOT NULL,
    measure_id  TEXT NOT NULL,
    version     INTEGER NOT NULL,
    day         TEXT NOT NULL,     -- YYYY-MM-DD, the last day it speaks of
    value       TEXT,              -- exact decimals
    numerator   TEXT,
    denominator TEXT,
    row_count   TEXT,
    read_at     INTEGER,           -- none before the first success
    took        INTEGER NOT NULL,  -- microseconds, of the last attempt
    tried_at    INTEGER NOT NULL,
    fault       TEXT NOT NULL,     -- why the last attempt gave nothing, JSON; empty when it gave something
    PRIMARY KEY (city_id, measure_id, version, day)
) STRICT;

CREATE INDEX series_by_property ON series (city_id, property_id, series_no);
