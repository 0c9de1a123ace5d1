-- Bulletins as issued. A draft is computed from the log and is not kept.
CREATE TABLE bulletin (
    city_id     TEXT COLLATE "C" NOT NULL,
    bulletin_id TEXT COLLATE "C" NOT NULL,    -- its period: 2025-10, 2025-Q3, 2025-H1
    day         TEXT COLLATE "C" NOT NULL,    -- last day of the period, YYYY-MM-DD
    title       TEXT COLLATE "C" NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL,    -- of body; the event of issuing carries it too
    issued_by   TEXT COLLATE "C" NOT NULL,
    issued_at   BIGINT NOT NULL,
    body        TEXT COLLATE "C" NOT NULL,    -- everything it prints, JSON
    PRIMARY KEY (city_id, bulletin_id)
);
