-- The city's instruments: facilities, devices, observations, alarms. Times of observations are milliseconds since 1970;
-- others are microseconds, as everywhere.

CREATE TABLE facility (
    city_id     TEXT COLLATE "C" NOT NULL,
    facility_id TEXT COLLATE "C" NOT NULL,
    type_id     TEXT COLLATE "C" NOT NULL,
    version     BIGINT NOT NULL,
    body        TEXT COLLATE "C" NOT NULL,      -- as its file says, JSON
    PRIMARY KEY (city_id, facility_id)
);

CREATE TABLE device (
    city_id     TEXT COLLATE "C" NOT NULL,
    protocol    TEXT COLLATE "C" NOT NULL,
    address     TEXT COLLATE "C" NOT NULL,
    facility_id TEXT COLLATE "C",               -- none while it is quarantined
    first_seen  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    refused     TEXT COLLATE "C" NOT NULL,      -- frames by reason, JSON
    PRIMARY KEY (city_id, protocol, address)
);

CREATE TABLE series (
    city_id      TEXT COLLATE "C" NOT NULL,
    series_no    BIGINT NOT NULL,
    facility_id  TEXT COLLATE "C" NOT NULL,
    property_id  TEXT COLLATE "C" NOT NULL,
    last_at      BIGINT,           -- the last sealed sample
    last_value   DOUBLE PRECISION,
    last_quality BIGINT,
    sealed_batch BIGINT NOT NULL,  -- up to which batch of the journal it is sealed
    PRIMARY KEY (city_id, series_no)
);
CREATE UNIQUE INDEX series_of_facility ON series (city_id, facility_id, property_id);

-- What was received and acknowledged, until it is sealed.
CREATE TABLE intake (
    city_id  TEXT COLLATE "C" NOT NULL,
    batch_no BIGINT NOT NULL,
    received BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (city_id, batch_no)
);

CREATE TABLE chunk (
    city_id   TEXT COLLATE "C" NOT NULL,
    series_no BIGINT NOT NULL,
    first_at  BIGINT NOT NULL,
    last_at   BIGINT NOT NULL,
    samples   BIGINT NOT NULL,
    body      BYTEA NOT NULL,
    PRIMARY KEY (city_id, series_no, first_at)
);

-- Hours of Beijing time, those of a day in one row: written together as they come together. By day first, so that a day
-- of all series lies in one place.
CREATE TABLE hour (
    city_id   TEXT COLLATE "C" NOT NULL,
    day_at    BIGINT NOT NULL,      -- when the day begins
    series_no BIGINT NOT NULL,
    body      BYTEA NOT NULL,
    PRIMARY KEY (city_id, day_at, series_no)
);

-- Days of Beijing time. Values are none where all samples were set aside.
CREATE TABLE day (
    city_id     TEXT COLLATE "C" NOT NULL,
    series_no   BIGINT NOT NULL,
    begin_at    BIGINT NOT NULL,
    set_aside   BIGINT NOT NULL,
    samples     BIGINT NOT NULL,
    least       DOUBLE PRECISION,
    most        DOUBLE PRECISION,
    total       DOUBLE PRECISION,
    first_value DOUBLE PRECISION,
    first_at    BIGINT,
    last_value  DOUBLE PRECISION,
    last_at     BIGINT,
    PRIMARY KEY (city_id, series_no, begin_at)
);

CREATE TABLE alarm_state (
    city_id     TEXT COLLATE "C" NOT NULL,
    facility_id TEXT COLLATE "C" NOT NULL,
    rule_id     TEXT COLLATE "C" NOT NULL,
    batch_no    BIGINT NOT NULL,   -- the last batch that is in it
    body        TEXT COLLATE "C" NOT NULL,      -- JSON
    PRIMARY KEY (city_id, facility_id, rule_id)
);

CREATE TABLE alarm_event (
    city_id     TEXT COLLATE "C" NOT NULL,
    alarm_seq   BIGINT NOT NULL,
    rule_id     TEXT COLLATE "C" NOT NULL,
    facility_id TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,      -- empty when nobody did it
    body        TEXT COLLATE "C" NOT NULL,      -- what happened, JSON
    zh          TEXT COLLATE "C" NOT NULL,      -- the same as a sentence
    en          TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, alarm_seq)
);
CREATE INDEX alarm_event_by_time ON alarm_event (city_id, at);
CREATE INDEX alarm_event_by_facility ON alarm_event (city_id, facility_id, alarm_seq);
