-- Air and parking: a day's air as it was assessed, passages without vehicles, and what they come to. A token is a hash
-- with the city's secret and the lot, so that one vehicle has another in every lot; it is gone after the pack's term.

CREATE TABLE air_day (
    city_id     TEXT NOT NULL,
    station_id  TEXT NOT NULL,      -- empty for the city as a whole
    day         TEXT NOT NULL,      -- 2025-10-31
    valid       INTEGER NOT NULL,
    aqi         INTEGER,            -- none when the day does not count
    pollutants  TEXT NOT NULL,      -- the primary ones, between commas
    class       TEXT NOT NULL,      -- excellent to severe; empty when the day does not count
    edition     TEXT NOT NULL,      -- of the standard in force on the day
    lack_zh     TEXT NOT NULL,      -- why the day does not count
    lack_en     TEXT NOT NULL,
    source      TEXT NOT NULL,      -- hash of what it was made of
    body        TEXT NOT NULL,      -- means, JSON
    PRIMARY KEY (city_id, station_id, day)
) STRICT;

CREATE TABLE parking_passage (
    city_id     TEXT NOT NULL,
    lot_id      TEXT NOT NULL,
    token       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    way         INTEGER NOT NULL,   -- 1 in, 0 out
    class       TEXT NOT NULL,
    energy      TEXT NOT NULL,
    PRIMARY KEY (city_id, lot_id, token, at, way)
) STRICT;
CREATE INDEX parking_passage_by_lot ON parking_passage (city_id, lot_id, at);
CREATE INDEX parking_passage_by_time ON parking_passage (city_id, at);

CREATE TABLE parking_hour (
    city_id     TEXT NOT NULL,
    lot_id      TEXT NOT NULL,
    begin_at    INTEGER NOT NULL,
    entries     INTEGER NOT NULL,
    exits       INTEGER NOT NULL,
    PRIMARY KEY (city_id, lot_id, begin_at)
) STRICT;

CREATE TABLE parking_day (
    city_id       TEXT NOT NULL,
    lot_id        TEXT NOT NULL,
    day           TEXT NOT NULL,
    stale         INTEGER NOT NULL, -- passages came since it was counted: how often; 0 when it is counted
    stays         INTEGER NOT NULL, -- by the day of their exit
    minutes       INTEGER NOT NULL, -- of all of them
    median        INTEGER,          -- minutes
    new_energy    INTEGER NOT NULL,
    fen           INTEGER NOT NULL, -- by the tariff in force
    unpriced      INTEGER NOT NULL,
    entry_missing INTEGER NOT NULL,
    exit_missing  INTEGER NOT NULL,
    twice         INTEGER NOT NULL,
    PRIMARY KEY (city_id, lot_id, day)
) STRICT;
CREATE INDEX parking_day_stale ON parking_day (city_id, stale);

CREATE TABLE city_secret (
    city_id     TEXT NOT NULL,
    name        TEXT NOT NULL,
    body        BLOB NOT NULL,
    PRIMARY KEY (city_id, name)
) STRICT;
