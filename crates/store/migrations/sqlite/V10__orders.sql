-- Which events of alarms ask somebody to act, and at which level; so that they can be counted without reading each.

ALTER TABLE alarm_event ADD COLUMN raises INTEGER NOT NULL DEFAULT 0;   -- 1 when it was raised or escalated
ALTER TABLE alarm_event ADD COLUMN level INTEGER NOT NULL DEFAULT 0;    -- the level reached; 0 when it was neither
UPDATE alarm_event SET raises = 1, level = CAST(json_extract(body, '$.level') AS INTEGER)
    WHERE json_extract(body, '$.what') IN ('raised', 'escalated');
CREATE INDEX alarm_event_raised ON alarm_event (city_id, raises, at, rule_id, level);
-- The newest cases of one matter.
CREATE INDEX case_by_matter ON case_state (city_id, matter_id, case_id);
