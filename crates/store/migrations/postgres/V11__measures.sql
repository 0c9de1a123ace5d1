-- Measures: versions, what tasks are measured by, and what was read.

CREATE TABLE measure (
    city_id    TEXT COLLATE "C" NOT NULL,
    measure_id TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,      -- the version, JSON; never changes
    PRIMARY KEY (city_id, measure_id, version)
);

CREATE TABLE task_measure (
    city_id TEXT COLLATE "C" NOT NULL,
    task_id TEXT COLLATE "C" NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,         -- which version and since when, JSON
    PRIMARY KEY (city_id, task_id)
);

-- What a version came to on a day. A failure is written beside what was read before and never over it.
CREATE TABLE measure_reading (
    city_id     TEXT COLLATE "C" NOT NULL,
    measure_id  TEXT COLLATE "C" NOT NULL,
    version     BIGINT NOT NULL,
    day         TEXT COLLATE "C" NOT NULL,     -- YYYY-MM-DD, the last day it speaks of
    value       TEXT COLLATE "C",              -- exact decimals
    numerator   TEXT COLLATE "C",
    denominator TEXT COLLATE "C",
    row_count   TEXT COLLATE "C",
    read_at     BIGINT,           -- none before the first success
    took        BIGINT NOT NULL,  -- microseconds, of the last attempt
    tried_at    BIGINT NOT NULL,
    fault       TEXT COLLATE "C" NOT NULL,     -- why the last attempt gave nothing, JSON; empty when it gave something
    PRIMARY KEY (city_id, measure_id, version, day)
);

CREATE INDEX series_by_property ON series (city_id, property_id, series_no);
