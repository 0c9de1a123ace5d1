-- When an order ended, so that those that were open at an instant that is over are found without reading every case.
ALTER TABLE order_time ADD COLUMN ended_at INTEGER;   -- none while it is open
UPDATE order_time SET ended_at = COALESCE(
    (SELECT CAST(round((julianday(h.value ->> '$.at') - 2440587.5) * 86400000) AS INTEGER) * 1000
     FROM case_state c, json_each(c.body, '$.history') h
     WHERE c.city_id = order_time.city_id AND c.case_id = order_time.case_id
           AND h.value ->> '$.kind' = 'case-moved' AND julianday(h.value ->> '$.at') IS NOT NULL
     ORDER BY h.key DESC LIMIT 1), opened_at)
WHERE ended = 1;
CREATE INDEX order_time_by_end ON order_time (city_id, ended_at, opened_at, case_id);
-- All columns figures read, so that the table itself need not be looked at.
DROP INDEX order_time_by_raised;
CREATE INDEX order_time_by_raised ON order_time
    (city_id, raised_at, case_id, facility_id, opened_at, arrived_at, ended_at);
