-- When the alarm of an order was raised, the order opened and somebody on site: what figures over a year of orders are made
-- of, so that they can be computed without reading each case. A drill has no row.
CREATE TABLE order_time (
    city_id     TEXT COLLATE "C" NOT NULL,
    case_id     TEXT COLLATE "C" NOT NULL,
    facility_id TEXT COLLATE "C" NOT NULL,
    raised_at   BIGINT NOT NULL,
    opened_at   BIGINT NOT NULL,
    arrived_at  BIGINT,             -- none before somebody was on site
    ended       BIGINT NOT NULL,
    PRIMARY KEY (city_id, case_id)
);
-- All columns, so that the table itself need not be looked at.
CREATE INDEX order_time_by_raised ON order_time
    (city_id, raised_at, case_id, facility_id, opened_at, arrived_at, ended);

INSERT INTO order_time (city_id, case_id, facility_id, raised_at, opened_at, arrived_at, ended)
SELECT city_id, case_id, facility, round(extract(epoch FROM raised::timestamptz) * 1000)::BIGINT * 1000,
       round(extract(epoch FROM opened::timestamptz) * 1000)::BIGINT * 1000,
       round(extract(epoch FROM arrived::timestamptz) * 1000)::BIGINT * 1000, ended
FROM (SELECT c.city_id, c.case_id, j.b -> 'fields' -> 'facility' ->> 'text' AS facility,
             j.b -> 'fields' -> 'raised' ->> 'text' AS raised, j.b -> 'history' -> 0 ->> 'at' AS opened,
             (SELECT h.value ->> 'at' FROM jsonb_array_elements(j.b -> 'history') WITH ORDINALITY h(value, n)
              WHERE h.value ->> 'kind' = 'case-moved' AND h.value ->> 'about' = 'arrive'
              ORDER BY h.n LIMIT 1) AS arrived, c.ended
      FROM case_state c CROSS JOIN LATERAL (SELECT c.body::jsonb AS b OFFSET 0) j
      WHERE c.matter_id = 'work-order') AS told
-- An instant as the program writes it; what another matter of the city's keeps under these names is left out.
WHERE facility IS NOT NULL AND raised ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$' AND opened IS NOT NULL;
