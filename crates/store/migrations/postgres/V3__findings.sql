-- Findings of a report that were set aside with a reason. A finding itself is computed from the report as adopted.
CREATE TABLE finding_dismissal (
    city_id      TEXT COLLATE "C" NOT NULL,
    report_id    TEXT COLLATE "C" NOT NULL,
    finding_id   TEXT COLLATE "C" NOT NULL,
    dismissed_by TEXT COLLATE "C" NOT NULL,
    dismissed_at BIGINT NOT NULL,
    reason       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, report_id, finding_id)
);
