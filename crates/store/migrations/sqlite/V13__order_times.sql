-- When the alarm of an order was raised, the order opened and somebody on site: what figures over a year of orders are made
-- of, so that they can be computed without reading each case. A drill has no row.
CREATE TABLE order_time (
    city_id     TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    facility_id TEXT NOT NULL,
    raised_at   INTEGER NOT NULL,
    opened_at   INTEGER NOT NULL,
    arrived_at  INTEGER,            -- none before somebody was on site
    ended       INTEGER NOT NULL,
    PRIMARY KEY (city_id, case_id)
) STRICT, WITHOUT ROWID;
-- All columns, so that the table itself is not looked at.
CREATE INDEX order_time_by_raised ON order_time
    (city_id, raised_at, case_id, facility_id, opened_at, arrived_at, ended);

INSERT INTO order_time (city_id, case_id, facility_id, raised_at, opened_at, arrived_at, ended)
SELECT city_id, case_id, facility,
       CAST(round((julianday(raised) - 2440587.5) * 86400000) AS INTEGER) * 1000,
       CAST(round((julianday(opened) - 2440587.5) * 86400000) AS INTEGER) * 1000,
       CAST(round((julianday(arrived) - 2440587.5) * 86400000) AS INTEGER) * 1000, ended
FROM (SELECT c.city_id, c.case_id, c.body ->> '$.fields.facility.text' AS facility,
             c.body ->> '$.fields.raised.text' AS raised, c.body ->> '$.history[0].at' AS opened,
             (SELECT h.value ->> '$.at' FROM json_each(c.body, '$.history') h
              WHERE h.value ->> '$.kind' = 'case-moved' AND h.value ->> '$.about' = 'arrive'
              ORDER BY h.key LIMIT 1) AS arrived, c.ended
      FROM case_state c WHERE c.matter_id = 'work-order') AS told
WHERE facility IS NOT NULL AND julianday(raised) IS NOT NULL AND julianday(opened) IS NOT NULL;

-- How large tables are that measures join, for the planner, which otherwise takes each for a handful of rows and goes through
-- one of them again for every row of the other. Written here and not counted (ANALYZE), so that every city's queries are
-- planned alike, however it grew. A row: rows of the table, then how many rows share the index's first column, its first two, ...
ANALYZE city;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('facility', 'sqlite_autoindex_facility_1', '10000 10000 1'),
    ('series', 'sqlite_autoindex_series_1', '20000 20000 1'),
    ('series', 'series_of_facility', '20000 20000 2 1'),
    ('series', 'series_by_property', '20000 20000 1000 1');
