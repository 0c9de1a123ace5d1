-- Air and parking: a day's air as it was assessed, passages without vehicles, and what they come to. A token is a hash
-- with the city's secret and the lot, so that one vehicle has another in every lot; it is gone after the pack's term.

CREATE TABLE air_day (
    city_id     TEXT COLLATE "C" NOT NULL,
    station_id  TEXT COLLATE "C" NOT NULL,      -- empty for the city as a whole
    day         TEXT COLLATE "C" NOT NULL,      -- 2025-10-31
    valid       BIGINT NOT NULL,
    aqi         BIGINT,            -- none when the day does not count
    pollutants  TEXT COLLATE "C" NOT NULL,      -- the primary ones, between commas
    class       TEXT COLLATE "C" NOT NULL,      -- excellent to severe; empty when the day does not count
    edition     TEXT COLLATE "C" NOT NULL,      -- of the standard in force on the day
    lack_zh     TEXT COLLATE "C" NOT NULL,      -- why the day does not count
    lack_en     TEXT COLLATE "C" NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,      -- hash of what it was made of
    body        TEXT COLLATE "C" NOT NULL,      -- means, JSON
    PRIMARY KEY (city_id, station_id, day)
);

CREATE TABLE parking_passage (
    city_id     TEXT COLLATE "C" NOT NULL,
    lot_id      TEXT COLLATE "C" NOT NULL,
    token       TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    way         BIGINT NOT NULL,   -- 1 in, 0 out
    class       TEXT COLLATE "C" NOT NULL,
    energy      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, lot_id, token, at, way)
);
CREATE INDEX parking_passage_by_lot ON parking_passage (city_id, lot_id, at);
CREATE INDEX parking_passage_by_time ON parking_passage (city_id, at);

CREATE TABLE parking_hour (
    city_id     TEXT COLLATE "C" NOT NULL,
    lot_id      TEXT COLLATE "C" NOT NULL,
    begin_at    BIGINT NOT NULL,
    entries     BIGINT NOT NULL,
    exits       BIGINT NOT NULL,
    PRIMARY KEY (city_id, lot_id, begin_at)
);

CREATE TABLE parking_day (
    city_id       TEXT COLLATE "C" NOT NULL,
    lot_id        TEXT COLLATE "C" NOT NULL,
    day           TEXT COLLATE "C" NOT NULL,
    stale         BIGINT NOT NULL, -- passages came since it was counted: how often; 0 when it is counted
    stays         BIGINT NOT NULL, -- by the day of their exit
    minutes       BIGINT NOT NULL, -- of all of them
    median        BIGINT,          -- minutes
    new_energy    BIGINT NOT NULL,
    fen           BIGINT NOT NULL, -- by the tariff in force
    unpriced      BIGINT NOT NULL,
    entry_missing BIGINT NOT NULL,
    exit_missing  BIGINT NOT NULL,
    twice         BIGINT NOT NULL,
    PRIMARY KEY (city_id, lot_id, day)
);
CREATE INDEX parking_day_stale ON parking_day (city_id, stale);

CREATE TABLE city_secret (
    city_id     TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    body        BYTEA NOT NULL,
    PRIMARY KEY (city_id, name)
);
