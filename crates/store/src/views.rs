//! What the published views are made of: the one place that knows how storage becomes their columns. The columns themselves
//! are the contract in `tingzhou_measures::VIEWS`; a test holds the two together.
//!
//! Every view is a part of the query that reads it and is held to the asking city by `$1`, so that no text of a measure can
//! reach another city's rows: outside these parts a measure names no table. `$2` and `$3` are the window in milliseconds.

use std::borrow::Cow;
use tingzhou_city::hours::{HEAD, HOUR, place};

/// A view's rows on each database.
pub(crate) struct ViewSql {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// Tables that views read; on SQLite nothing else can be read while a measure runs.
pub(crate) const READ: &[&str] = &[
    "facility",
    "series",
    "day",
    "hour",
    "alarm_event",
    "case_state",
    "evidence",
    "project",
    "air_day",
    "parking_day",
    "order_time",
    "json_each",
];

pub(crate) const VIEW_SQL: &[ViewSql] = &[
    ViewSql {
        name: "facility_fact",
        sqlite: "SELECT f.facility_id AS facility, f.type_id AS type, f.body ->> '$.name.zh' AS name, \
             f.body ->> '$.scenario' AS scenario, f.body ->> '$.from' AS opened, f.body ->> '$.to' AS closed, \
             COALESCE(f.body ->> '$.simulated', 0) AS simulated FROM facility f WHERE f.city_id = $1",
        postgres: "SELECT f.facility_id AS facility, f.type_id AS type, (j.b -> 'name' ->> 'zh') COLLATE \"C\" AS name, \
             (j.b ->> 'scenario') COLLATE \"C\" AS scenario, (j.b ->> 'from') COLLATE \"C\" AS opened, \
             (j.b ->> 'to') COLLATE \"C\" AS closed, \
             CAST(CASE WHEN j.b ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM facility f CROSS JOIN LATERAL (SELECT CAST(f.body AS JSONB) AS b OFFSET 0) j WHERE f.city_id = $1",
    },
    ViewSql {
        name: "facility_stated",
        sqlite: "SELECT f.facility_id AS facility, f.type_id AS type, s.key AS property, \
             CASE WHEN s.type IN ('integer', 'real', 'true', 'false') THEN CAST(s.value AS REAL) END AS number, \
             CASE WHEN s.type = 'text' THEN s.value END AS words, COALESCE(f.body ->> '$.simulated', 0) AS simulated \
             FROM facility f CROSS JOIN json_each(f.body, '$.stated') s WHERE f.city_id = $1",
        postgres: "SELECT f.facility_id AS facility, f.type_id AS type, s.key COLLATE \"C\" AS property, \
             CASE jsonb_typeof(s.value) WHEN 'number' THEN CAST(s.value #>> '{}' AS DOUBLE PRECISION) \
             WHEN 'boolean' THEN CASE WHEN s.value #>> '{}' = 'true' THEN 1.0 ELSE 0.0 END END AS number, \
             CASE WHEN jsonb_typeof(s.value) = 'string' THEN s.value #>> '{}' END COLLATE \"C\" AS words, \
             CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM facility f CROSS JOIN LATERAL jsonb_each(COALESCE(CAST(f.body AS JSONB) -> 'stated', '{}')) s \
             WHERE f.city_id = $1",
    },
    // CROSS JOIN keeps SQLite from going through all days of the city first.
    ViewSql {
        name: "observation_day",
        sqlite: "SELECT s.facility_id AS facility, f.type_id AS type, s.property_id AS property, \
             date((d.begin_at + 28800000) / 1000, 'unixepoch') AS day, d.samples AS samples, d.set_aside AS set_aside, \
             CASE WHEN d.samples > 0 THEN d.total / d.samples END AS mean, d.least AS min, d.most AS max, \
             d.first_value AS first, d.last_value AS last, \
             COALESCE(f.body ->> '$.simulated', 0) AS simulated FROM series s CROSS JOIN day d ON d.city_id = s.city_id \
             AND d.series_no = s.series_no AND d.begin_at >= $2 AND d.begin_at < $3 \
             LEFT JOIN facility f ON f.city_id = s.city_id AND f.facility_id = s.facility_id WHERE s.city_id = $1{own}",
        postgres: "SELECT s.facility_id AS facility, f.type_id AS type, s.property_id AS property, \
             to_char(to_timestamp((d.begin_at + 28800000) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD') COLLATE \"C\" AS day, \
             d.samples AS samples, d.set_aside AS set_aside, \
             CASE WHEN d.samples > 0 THEN d.total / d.samples END AS mean, d.least AS min, d.most AS max, \
             d.first_value AS first, d.last_value AS last, \
             CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated FROM series s JOIN day d ON d.city_id = s.city_id \
             AND d.series_no = s.series_no AND d.begin_at >= $2 AND d.begin_at < $3 \
             LEFT JOIN facility f ON f.city_id = s.city_id AND f.facility_id = s.facility_id WHERE s.city_id = $1{own}",
    },
    // A row holds the hours of a day (`tingzhou_city::hours`): days are gone through one by one, so that the key finds the
    // row, and the hours in it are taken apart by their places, which `with_places` writes.
    ViewSql {
        name: "observation_hour",
        sqlite: "SELECT s.facility_id AS facility, f.type_id AS type, s.property_id AS property, \
             date((h.day_at + 28800000) / 1000, 'unixepoch') AS day, \
             be_int(substr(h.body, {number} + {hour} * k.key, 1)) AS hour, be_int(substr(h.body, {samples} + {hour} * k.key, 4)) AS samples, \
             be_int(substr(h.body, {set_aside} + {hour} * k.key, 4)) AS set_aside, \
             CASE WHEN be_int(substr(h.body, {samples} + {hour} * k.key, 4)) > 0 THEN be_real(substr(h.body, {sum} + {hour} * k.key, 8)) \
             / be_int(substr(h.body, {samples} + {hour} * k.key, 4)) END AS mean, \
             CASE WHEN be_int(substr(h.body, {samples} + {hour} * k.key, 4)) > 0 THEN be_real(substr(h.body, {least} + {hour} * k.key, 8)) END AS min, \
             CASE WHEN be_int(substr(h.body, {samples} + {hour} * k.key, 4)) > 0 THEN be_real(substr(h.body, {greatest} + {hour} * k.key, 8)) END AS max, \
             CASE WHEN be_int(substr(h.body, {samples} + {hour} * k.key, 4)) > 0 THEN be_real(substr(h.body, {first} + {hour} * k.key, 8)) END AS first, \
             CASE WHEN be_int(substr(h.body, {samples} + {hour} * k.key, 4)) > 0 THEN be_real(substr(h.body, {last} + {hour} * k.key, 8)) END AS last, \
             COALESCE(f.body ->> '$.simulated', 0) AS simulated \
             FROM series s CROSS JOIN (WITH RECURSIVE d(at) AS (SELECT $2 UNION ALL SELECT at + 86400000 FROM d \
             WHERE at + 86400000 < $3) SELECT at FROM d) d CROSS JOIN hour h ON h.city_id = s.city_id AND h.day_at = d.at \
             AND h.series_no = s.series_no CROSS JOIN json_each('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23]') k \
             ON k.key < (length(h.body) - {head}) / {hour} \
             LEFT JOIN facility f ON f.city_id = s.city_id AND f.facility_id = s.facility_id WHERE s.city_id = $1{own}",
        postgres: "SELECT s.facility_id AS facility, f.type_id AS type, s.property_id AS property, \
             to_char(to_timestamp((h.day_at + 28800000) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD') COLLATE \"C\" AS day, \
             CAST(get_byte(h.body, {head} + {hour} * k) AS BIGINT) AS hour, be_int(h.body, {samples} + {hour} * k) AS samples, \
             be_int(h.body, {set_aside} + {hour} * k) AS set_aside, \
             CASE WHEN be_int(h.body, {samples} + {hour} * k) > 0 THEN be_real(h.body, {sum} + {hour} * k) / be_int(h.body, {samples} + {hour} * k) END AS mean, \
             CASE WHEN be_int(h.body, {samples} + {hour} * k) > 0 THEN be_real(h.body, {least} + {hour} * k) END AS min, \
             CASE WHEN be_int(h.body, {samples} + {hour} * k) > 0 THEN be_real(h.body, {greatest} + {hour} * k) END AS max, \
             CASE WHEN be_int(h.body, {samples} + {hour} * k) > 0 THEN be_real(h.body, {first} + {hour} * k) END AS first, \
             CASE WHEN be_int(h.body, {samples} + {hour} * k) > 0 THEN be_real(h.body, {last} + {hour} * k) END AS last, \
             CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM series s CROSS JOIN (WITH RECURSIVE d(at) AS (SELECT CAST($2 AS BIGINT) UNION ALL SELECT at + 86400000 FROM d \
             WHERE at + 86400000 < $3) SELECT at FROM d) d JOIN hour h ON h.city_id = s.city_id AND h.day_at = d.at \
             AND h.series_no = s.series_no CROSS JOIN LATERAL generate_series(0, (length(h.body) - {head}) / {hour} - 1) k \
             LEFT JOIN facility f ON f.city_id = s.city_id AND f.facility_id = s.facility_id WHERE s.city_id = $1{own}",
    },
    ViewSql {
        name: "air_fact",
        sqlite: "SELECT NULLIF(a.station_id, '') AS station, a.day AS day, a.valid AS valid, a.aqi AS aqi, \
             NULLIF(a.pollutants, '') AS primary_pollutants, \
             NULLIF(a.class, '') AS class, a.edition AS edition, NULLIF(a.lack_zh, '') AS lack, \
             EXISTS (SELECT 1 FROM air_day x JOIN facility f ON f.city_id = x.city_id AND f.facility_id = x.station_id \
             WHERE x.city_id = a.city_id AND x.day = a.day AND (a.station_id = '' OR x.station_id = a.station_id) \
             AND f.body ->> '$.simulated' = 1) AS simulated \
             FROM air_day a WHERE a.city_id = $1",
        postgres: "SELECT NULLIF(a.station_id, '') AS station, a.day AS day, a.valid AS valid, a.aqi AS aqi, \
             NULLIF(a.pollutants, '') AS primary_pollutants, \
             NULLIF(a.class, '') AS class, a.edition AS edition, NULLIF(a.lack_zh, '') AS lack, \
             CAST(CASE WHEN EXISTS (SELECT 1 FROM air_day x JOIN facility f ON f.city_id = x.city_id \
             AND f.facility_id = x.station_id WHERE x.city_id = a.city_id AND x.day = a.day \
             AND (a.station_id = '' OR x.station_id = a.station_id) \
             AND CAST(f.body AS JSONB) ->> 'simulated' = 'true') THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM air_day a WHERE a.city_id = $1",
    },
    ViewSql {
        name: "parking_fact",
        sqlite: "SELECT p.lot_id AS lot, p.day AS day, p.stays AS stays, p.minutes AS minutes, p.median AS median_minutes, \
             p.new_energy AS new_energy, p.fen / 100.0 AS due, p.entry_missing AS entry_missing, \
             p.exit_missing AS exit_missing, COALESCE(f.body ->> '$.simulated', 0) AS simulated \
             FROM parking_day p LEFT JOIN facility f ON f.city_id = p.city_id AND f.facility_id = p.lot_id \
             WHERE p.city_id = $1 AND p.stale = 0",
        postgres: "SELECT p.lot_id AS lot, p.day AS day, p.stays AS stays, p.minutes AS minutes, p.median AS median_minutes, \
             p.new_energy AS new_energy, CAST(p.fen AS DOUBLE PRECISION) / 100 AS due, p.entry_missing AS entry_missing, \
             p.exit_missing AS exit_missing, CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM parking_day p LEFT JOIN facility f ON f.city_id = p.city_id AND f.facility_id = p.lot_id \
             WHERE p.city_id = $1 AND p.stale = 0",
    },
    // An alarm that is raised again before it was acknowledged or cleared has no such time.
    ViewSql {
        name: "alarm_fact",
        sqlite: "SELECT e.facility_id AS facility, f.type_id AS type, e.rule_id AS rule, \
             e.body ->> '$.priority' AS priority, e.body ->> '$.level' AS level, \
             date((e.at + 28800000) / 1000, 'unixepoch') AS raised, \
             (SELECT CASE WHEN a.body ->> '$.what' = 'acknowledged' THEN (a.at - e.at) / 60000.0 END \
              FROM alarm_event a WHERE a.city_id = e.city_id AND a.facility_id = e.facility_id \
              AND a.alarm_seq > e.alarm_seq AND a.rule_id = e.rule_id AND a.body ->> '$.what' IN ('acknowledged', 'raised') \
              ORDER BY a.alarm_seq LIMIT 1) AS minutes_to_acknowledge, \
             (SELECT CASE WHEN a.body ->> '$.what' = 'cleared' THEN (a.at - e.at) / 60000.0 END \
              FROM alarm_event a WHERE a.city_id = e.city_id AND a.facility_id = e.facility_id \
              AND a.alarm_seq > e.alarm_seq AND a.rule_id = e.rule_id AND a.body ->> '$.what' IN ('cleared', 'raised') \
              ORDER BY a.alarm_seq LIMIT 1) AS minutes_to_clear, \
             COALESCE(f.body ->> '$.simulated', 0) AS simulated \
             FROM alarm_event e LEFT JOIN facility f ON f.city_id = e.city_id AND f.facility_id = e.facility_id \
             WHERE e.city_id = $1 AND e.raises = 1 AND e.at >= $2 AND e.at < $3 AND e.body ->> '$.what' = 'raised'",
        postgres: "SELECT e.facility_id AS facility, f.type_id AS type, e.rule_id AS rule, \
             (CAST(e.body AS JSONB) ->> 'priority') COLLATE \"C\" AS priority, \
             CAST(CAST(e.body AS JSONB) ->> 'level' AS BIGINT) AS level, \
             to_char(to_timestamp((e.at + 28800000) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD') COLLATE \"C\" AS raised, \
             (SELECT CASE WHEN CAST(a.body AS JSONB) ->> 'what' = 'acknowledged' \
              THEN CAST(a.at - e.at AS DOUBLE PRECISION) / 60000 END \
              FROM alarm_event a WHERE a.city_id = e.city_id AND a.facility_id = e.facility_id \
              AND a.alarm_seq > e.alarm_seq AND a.rule_id = e.rule_id \
              AND CAST(a.body AS JSONB) ->> 'what' IN ('acknowledged', 'raised') \
              ORDER BY a.alarm_seq LIMIT 1) AS minutes_to_acknowledge, \
             (SELECT CASE WHEN CAST(a.body AS JSONB) ->> 'what' = 'cleared' \
              THEN CAST(a.at - e.at AS DOUBLE PRECISION) / 60000 END \
              FROM alarm_event a WHERE a.city_id = e.city_id AND a.facility_id = e.facility_id \
              AND a.alarm_seq > e.alarm_seq AND a.rule_id = e.rule_id \
              AND CAST(a.body AS JSONB) ->> 'what' IN ('cleared', 'raised') \
              ORDER BY a.alarm_seq LIMIT 1) AS minutes_to_clear, \
             CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM alarm_event e LEFT JOIN facility f ON f.city_id = e.city_id AND f.facility_id = e.facility_id \
             WHERE e.city_id = $1 AND e.raises = 1 AND e.at >= $2 AND e.at < $3 \
             AND CAST(e.body AS JSONB) ->> 'what' = 'raised'",
    },
    // What was done for practice is in no figure.
    ViewSql {
        name: "case_fact",
        sqlite: "SELECT c.case_id AS case_id, c.matter_id AS matter, c.subject AS task, c.state AS state, c.ended AS ended, \
             date(c.body ->> '$.history[0].at', '+8 hours') AS opened, date(c.body ->> '$.touched', '+8 hours') AS changed, \
             c.body ->> '$.fields.\"last-day\".date' AS deadline, \
             COALESCE(f.body ->> '$.simulated', 0) AS simulated FROM case_state c \
             LEFT JOIN order_time o ON o.city_id = c.city_id AND o.case_id = c.case_id \
             LEFT JOIN facility f ON f.city_id = o.city_id AND f.facility_id = o.facility_id WHERE c.city_id = $1 \
             AND c.matter_id <> 'work-order-drill'",
        postgres: "SELECT c.case_id AS case_id, c.matter_id AS matter, c.subject AS task, c.state AS state, \
             c.ended AS ended, to_char(CAST(j.b -> 'history' -> 0 ->> 'at' AS TIMESTAMPTZ) AT TIME ZONE 'UTC' \
             + INTERVAL '8 hours', 'YYYY-MM-DD') COLLATE \"C\" AS opened, \
             to_char(CAST(j.b ->> 'touched' AS TIMESTAMPTZ) AT TIME ZONE 'UTC' + INTERVAL '8 hours', 'YYYY-MM-DD') \
             COLLATE \"C\" AS changed, (j.b -> 'fields' -> 'last-day' ->> 'date') COLLATE \"C\" AS deadline, \
             CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM case_state c CROSS JOIN LATERAL (SELECT CAST(c.body AS JSONB) AS b OFFSET 0) j \
             LEFT JOIN order_time o ON o.city_id = c.city_id AND o.case_id = c.case_id \
             LEFT JOIN facility f ON f.city_id = o.city_id AND f.facility_id = o.facility_id WHERE c.city_id = $1 \
             AND c.matter_id <> 'work-order-drill'",
    },
    ViewSql {
        name: "case_step",
        sqlite: "SELECT c.case_id AS case_id, c.matter_id AS matter, h.value ->> '$.kind' AS kind, \
             h.value ->> '$.about' AS about, date(h.value ->> '$.at', '+8 hours') AS day, \
             COALESCE(f.body ->> '$.simulated', 0) AS simulated FROM case_state c CROSS JOIN json_each(c.body, '$.history') h \
             LEFT JOIN order_time o ON o.city_id = c.city_id AND o.case_id = c.case_id \
             LEFT JOIN facility f ON f.city_id = o.city_id AND f.facility_id = o.facility_id WHERE c.city_id = $1 \
             AND c.matter_id <> 'work-order-drill'",
        postgres: "SELECT c.case_id AS case_id, c.matter_id AS matter, (h.value ->> 'kind') COLLATE \"C\" AS kind, \
             (h.value ->> 'about') COLLATE \"C\" AS about, to_char(CAST(h.value ->> 'at' AS TIMESTAMPTZ) \
             AT TIME ZONE 'UTC' + INTERVAL '8 hours', 'YYYY-MM-DD') COLLATE \"C\" AS day, \
             CAST(CASE WHEN CAST(f.body AS JSONB) ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated FROM case_state c \
             CROSS JOIN LATERAL jsonb_array_elements(CAST(c.body AS JSONB) -> 'history') h \
             LEFT JOIN order_time o ON o.city_id = c.city_id AND o.case_id = c.case_id \
             LEFT JOIN facility f ON f.city_id = o.city_id AND f.facility_id = o.facility_id WHERE c.city_id = $1 \
             AND c.matter_id <> 'work-order-drill'",
    },
    ViewSql {
        name: "filing_fact",
        sqlite: "SELECT e.evidence_id AS filing, e.task_id AS task, e.source AS source, CAST(e.value AS REAL) AS value, \
             e.period_from AS from_day, e.period_to AS to_day, e.unit_id AS unit, \
             date(e.filed_at / 1000000 + 28800, 'unixepoch') AS filed, e.withdrawn AS withdrawn, \
             e.simulated AS simulated FROM evidence e WHERE e.city_id = $1",
        postgres: "SELECT e.evidence_id AS filing, e.task_id AS task, e.source AS source, \
             CAST(e.value AS DOUBLE PRECISION) AS value, e.period_from AS from_day, e.period_to AS to_day, \
             e.unit_id AS unit, to_char(to_timestamp(e.filed_at / 1000000 + 28800) AT TIME ZONE 'UTC', 'YYYY-MM-DD') \
             COLLATE \"C\" AS filed, e.withdrawn AS withdrawn, e.simulated AS simulated \
             FROM evidence e WHERE e.city_id = $1",
    },
    ViewSql {
        name: "project_fact",
        sqlite: "SELECT p.project_id AS project, p.year AS year, p.name AS name, p.body ->> '$.details.category' AS category, \
             p.body ->> '$.details.lead' AS unit, COALESCE(p.body ->> '$.stages[#-1].stage', 'proposed') AS stage, \
             (SELECT MIN(s.value ->> '$.on') FROM json_each(p.body, '$.stages') s \
              WHERE s.value ->> '$.stage' IN ('started', 'building', 'completed', 'in-service')) AS begun, \
             (SELECT MIN(s.value ->> '$.on') FROM json_each(p.body, '$.stages') s \
              WHERE s.value ->> '$.stage' IN ('completed', 'in-service')) AS completed, \
             (p.body ->> '$.details.total') / 100.0 AS total, \
             (SELECT COALESCE(SUM(v.value), 0) / 100.0 FROM json_each(p.body, '$.details.plan') v) AS planned, \
             (SELECT COALESCE(SUM(v.value), 0) / 100.0 FROM json_each(p.body, '$.spent') v) AS paid, \
             CASE WHEN p.body ->> '$.dropped' IS NULL THEN 0 ELSE 1 END AS dropped, \
             COALESCE(p.body ->> '$.simulated', 0) AS simulated FROM project p WHERE p.city_id = $1",
        postgres: "SELECT p.project_id AS project, p.year AS year, p.name AS name, \
             (j.b -> 'details' ->> 'category') COLLATE \"C\" AS category, (j.b -> 'details' ->> 'lead') COLLATE \"C\" AS unit, \
             COALESCE(j.b -> 'stages' -> -1 ->> 'stage', 'proposed') COLLATE \"C\" AS stage, \
             (SELECT MIN((s.value ->> 'on') COLLATE \"C\") FROM jsonb_array_elements(j.b -> 'stages') s \
              WHERE s.value ->> 'stage' IN ('started', 'building', 'completed', 'in-service')) AS begun, \
             (SELECT MIN((s.value ->> 'on') COLLATE \"C\") FROM jsonb_array_elements(j.b -> 'stages') s \
              WHERE s.value ->> 'stage' IN ('completed', 'in-service')) AS completed, \
             CAST(j.b -> 'details' ->> 'total' AS DOUBLE PRECISION) / 100 AS total, \
             (SELECT CAST(COALESCE(SUM(CAST(v.value AS BIGINT)), 0) AS DOUBLE PRECISION) / 100 \
              FROM jsonb_array_elements_text(j.b -> 'details' -> 'plan') v) AS planned, \
             (SELECT CAST(COALESCE(SUM(CAST(v.value AS BIGINT)), 0) AS DOUBLE PRECISION) / 100 \
              FROM jsonb_array_elements_text(j.b -> 'spent') v) AS paid, \
             CAST(CASE WHEN j.b ->> 'dropped' IS NULL THEN 0 ELSE 1 END AS BIGINT) AS dropped, \
             CAST(CASE WHEN j.b ->> 'simulated' = 'true' THEN 1 ELSE 0 END AS BIGINT) AS simulated \
             FROM project p CROSS JOIN LATERAL (SELECT CAST(p.body AS JSONB) AS b OFFSET 0) j WHERE p.city_id = $1",
    },
];

/// Writes the places of an hour's bytes into a view, where their names stand in braces. Databases count bytes from 1.
fn with_places(view: &str) -> Cow<'_, str> {
    if !view.contains("{hour}") {
        return view.into();
    }
    let places = [
        ("{number}", place::NUMBER),
        ("{samples}", place::SAMPLES),
        ("{set_aside}", place::SET_ASIDE),
        ("{least}", place::LEAST),
        ("{greatest}", place::GREATEST),
        ("{sum}", place::SUM),
        ("{first}", place::FIRST),
        ("{last}", place::LAST),
    ];
    let counted = view.replace("{hour}", &HOUR.to_string()).replace("{head}", &HEAD.to_string());
    let with = |view: String, (name, at): (&str, usize)| view.replace(name, &(HEAD + at + 1).to_string());
    places.into_iter().fold(counted, with).into()
}

/// Leaves out what simulated facilities say before their days are looked at.
const OWN_SQLITE: &str =
    " AND s.facility_id NOT IN (SELECT facility_id FROM facility WHERE city_id = $1 AND body ->> '$.simulated' = 1)";
const OWN_POSTGRES: &str = " AND s.facility_id NOT IN (SELECT facility_id FROM facility WHERE city_id = $1 \
     AND CAST(body AS JSONB) ->> 'simulated' = 'true')";

/// What comes before a measure's own query: the parameters, each used once so that their types are known, and the views it
/// names; without what is simulated when only what is `real` is asked for. They are not materialised, so that the query's
/// conditions reach the rows they are made of.
pub(crate) fn before(views: &[&str], sqlite: bool, real: bool) -> String {
    let mut sql = "WITH \"asked\" (a1, a2, a3, a4, a5, a6, a7) AS (SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), \
         CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT))"
        .to_owned();
    for view in VIEW_SQL.iter().filter(|view| views.contains(&view.name)) {
        let body = with_places(if sqlite { view.sqlite } else { view.postgres });
        let own = match (real, sqlite) {
            (false, _) => "",
            (true, true) => OWN_SQLITE,
            (true, false) => OWN_POSTGRES,
        };
        let body = if body.contains("{own}") {
            body.replace("{own}", own)
        } else if real {
            format!("SELECT * FROM ({body}) v WHERE v.simulated = 0")
        } else {
            body.into_owned()
        };
        sql.push_str(&format!(", \"{}\" AS NOT MATERIALIZED ({body})", view.name));
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_view_is_made_of_something() {
        let published: Vec<&str> = tingzhou_measures::VIEWS.iter().map(|view| view.name).collect();
        let made: Vec<&str> = VIEW_SQL.iter().map(|view| view.name).collect();
        assert_eq!(published, made);
    }

    #[test]
    fn every_place_is_written() {
        for view in VIEW_SQL {
            for body in [view.sqlite, view.postgres] {
                let written = with_places(body);
                let left =
                    ["{hour}", "{head}", "{number}", "{samples}", "{set_aside}", "{least}", "{greatest}", "{sum}"];
                assert!(left.iter().chain(&["{first}", "{last}"]).all(|name| !written.contains(name)), "{written}");
            }
        }
    }
}
