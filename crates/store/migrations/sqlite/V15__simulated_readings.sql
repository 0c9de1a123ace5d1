-- Whether a reading rests on anything simulated. Of those that are there it is not known, so in a city with anything
-- simulated they are.
ALTER TABLE measure_reading ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0;
UPDATE measure_reading SET simulated = 1 WHERE EXISTS
    (SELECT 1 FROM facility f WHERE f.city_id = measure_reading.city_id AND f.body ->> '$.simulated' = 1);
