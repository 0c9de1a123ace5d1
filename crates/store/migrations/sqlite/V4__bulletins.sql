-- Bulletins as issued. A draft is computed from the log and is not kept.
CREATE TABLE bulletin (
    city_id     TEXT NOT NULL,
    bulletin_id TEXT NOT NULL,    -- its period: 2025-10, 2025-Q3, 2025-H1
    day         TEXT NOT NULL,    -- last day of the period, YYYY-MM-DD
    title       TEXT NOT NULL,
    sha256      TEXT NOT NULL,    -- of body; the event of issuing carries it too
    issued_by   TEXT NOT NULL,
    issued_at   INTEGER NOT NULL,
    body        TEXT NOT NULL,    -- everything it prints, JSON
    PRIMARY KEY (city_id, bulletin_id)
) STRICT;
