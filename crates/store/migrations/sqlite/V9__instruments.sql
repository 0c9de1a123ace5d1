-- The city's instruments: facilities, devices, observations, alarms. Times of observations are milliseconds since 1970;
-- others are microseconds, as everywhere.

CREATE TABLE facility (
    city_id     TEXT NOT NULL,
    facility_id TEXT NOT NULL,
    type_id     TEXT NOT NULL,
    version     INTEGER NOT NULL,
    body        TEXT NOT NULL,      -- as its file says, JSON
    PRIMARY KEY (city_id, facility_id)
) STRICT;

CREATE TABLE device (
    city_id     TEXT NOT NULL,
    protocol    TEXT NOT NULL,
    address     TEXT NOT NULL,
    facility_id TEXT,               -- none while it is quarantined
    first_seen  INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    refused     TEXT NOT NULL,      -- frames by reason, JSON
    PRIMARY KEY (city_id, protocol, address)
) STRICT;

CREATE TABLE series (
    city_id      TEXT NOT NULL,
    series_no    INTEGER NOT NULL,
    facility_id  TEXT NOT NULL,
    property_id  TEXT NOT NULL,
    last_at      INTEGER,           -- the last sealed sample
    last_value   REAL,
    last_quality INTEGER,
    sealed_batch INTEGER NOT NULL,  -- up to which batch of the journal it is sealed
    PRIMARY KEY (city_id, series_no)
) STRICT;
CREATE UNIQUE INDEX series_of_facility ON series (city_id, facility_id, property_id);

-- What was received and acknowledged, until it is sealed.
CREATE TABLE intake (
    city_id  TEXT NOT NULL,
    batch_no INTEGER NOT NULL,
    received INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (city_id, batch_no)
) STRICT;

CREATE TABLE chunk (
    city_id   TEXT NOT NULL,
    series_no INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    samples   INTEGER NOT NULL,
    body      BLOB NOT NULL,
    PRIMARY KEY (city_id, series_no, first_at)
) STRICT;

-- Hours of Beijing time, those of a day in one row: written together as they come together. By day first, so that a day
-- of all series lies in one place.
CREATE TABLE hour (
    city_id   TEXT NOT NULL,
    day_at    INTEGER NOT NULL,     -- when the day begins
    series_no INTEGER NOT NULL,
    body      BLOB NOT NULL,
    PRIMARY KEY (city_id, day_at, series_no)
) STRICT;

-- Days of Beijing time. Values are none where all samples were set aside.
CREATE TABLE day (
    city_id     TEXT NOT NULL,
    series_no   INTEGER NOT NULL,
    begin_at    INTEGER NOT NULL,
    set_aside   INTEGER NOT NULL,
    samples     INTEGER NOT NULL,
    least       REAL,
    most        REAL,
    total       REAL,
    first_value REAL,
    first_at    INTEGER,
    last_value  REAL,
    last_at     INTEGER,
    PRIMARY KEY (city_id, series_no, begin_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm_state (
    city_id     TEXT NOT NULL,
    facility_id TEXT NOT NULL,
    rule_id     TEXT NOT NULL,
    batch_no    INTEGER NOT NULL,   -- the last batch that is in it
    body        TEXT NOT NULL,      -- JSON
    PRIMARY KEY (city_id, facility_id, rule_id)
) STRICT;

CREATE TABLE alarm_event (
    city_id     TEXT NOT NULL,
    alarm_seq   INTEGER NOT NULL,
    rule_id     TEXT NOT NULL,
    facility_id TEXT NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,      -- empty when nobody did it
    body        TEXT NOT NULL,      -- what happened, JSON
    zh          TEXT NOT NULL,      -- the same as a sentence
    en          TEXT NOT NULL,
    PRIMARY KEY (city_id, alarm_seq)
) STRICT;
CREATE INDEX alarm_event_by_time ON alarm_event (city_id, at);
CREATE INDEX alarm_event_by_facility ON alarm_event (city_id, facility_id, alarm_seq);
