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

-- Numbers as `tingzhou_city::hours` writes them, from a place in bytes (the first is 1), the most significant byte first.
CREATE FUNCTION be_int(body BYTEA, place INTEGER) RETURNS BIGINT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT CAST(CAST('x' || encode(substring(body FROM place FOR 4), 'hex') AS BIT(32)) AS BIGINT) $$;

-- A 64-bit float by its sign, exponent and fraction.
CREATE FUNCTION be_real(body BYTEA, place INTEGER) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
    SELECT CASE WHEN b < 0 THEN -1 ELSE 1 END
        * CAST((b & 4503599627370495) + CASE WHEN ((b >> 52) & 2047) = 0 THEN 0 ELSE 4503599627370496 END AS DOUBLE PRECISION)
        * power(CAST(2 AS DOUBLE PRECISION), GREATEST(CAST((b >> 52) & 2047 AS INTEGER), 1) - 1075)
    FROM (SELECT CAST(CAST('x' || encode(substring(body FROM place FOR 8), 'hex') AS BIT(64)) AS BIGINT) AS b) bits
$$;
