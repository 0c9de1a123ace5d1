-- Findings of a report that were set aside with a reason. A finding itself is computed from the report as adopted.
CREATE TABLE finding_dismissal (
    city_id      TEXT NOT NULL,
    report_id    TEXT NOT NULL,
    finding_id   TEXT NOT NULL,
    dismissed_by TEXT NOT NULL,
    dismissed_at INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (city_id, report_id, finding_id)
) STRICT;
