//! The tables, for copying and hashing; a test compares this list with the databases themselves.

/// A table: its columns, and how many of the first ones form the primary key.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// All columns; the primary key's come first.
    pub columns: &'static [&'static str],
    /// Length of the primary key.
    pub key: usize,
    /// Rows copied at once; small where rows are large.
    pub page: usize,
}

/// Every table, in the order in which they are copied.
pub const TABLES: &[Table] = &[
    Table { name: "city", columns: &["city_id", "name", "founded_at", "head_seq", "head_hash"], key: 1, page: 500 },
    Table { name: "pack", columns: &["city_id", "part", "body"], key: 2, page: 50 },
    Table {
        name: "event",
        columns: &["city_id", "seq", "at", "actor", "kind", "subject", "body", "prev_hash", "hash"],
        key: 2,
        page: 500,
    },
    Table {
        name: "report",
        columns: &[
            "city_id",
            "report_id",
            "year",
            "title",
            "sha256",
            "text",
            "reading",
            "adopted_by",
            "adopted_at",
            "simulated",
        ],
        key: 2,
        page: 4,
    },
    Table {
        name: "task",
        columns: &["city_id", "task_id", "report_id", "ord", "version", "changed_seq", "body"],
        key: 2,
        page: 500,
    },
    Table {
        name: "evidence",
        columns: &[
            "city_id",
            "evidence_id",
            "task_id",
            "ord",
            "source",
            "value",
            "period_from",
            "period_to",
            "unit_id",
            "filed_at",
            "withdrawn",
            "simulated",
            "body",
        ],
        key: 2,
        page: 500,
    },
    Table {
        name: "finding_dismissal",
        columns: &["city_id", "report_id", "finding_id", "dismissed_by", "dismissed_at", "reason"],
        key: 3,
        page: 500,
    },
    Table {
        name: "bulletin",
        columns: &["city_id", "bulletin_id", "day", "title", "sha256", "issued_by", "issued_at", "body"],
        key: 2,
        page: 20,
    },
    Table {
        name: "year_end",
        columns: &["city_id", "report_id", "objections_until", "sha256", "published_by", "published_at", "body"],
        key: 2,
        page: 4,
    },
    Table {
        name: "objection",
        columns: &["city_id", "objection_id", "report_id", "task_id", "filed_at", "text", "answer", "answered_at"],
        key: 2,
        page: 500,
    },
    Table { name: "ballot", columns: &["city_id", "report_id", "codes", "closed"], key: 2, page: 500 },
    Table { name: "ballot_code", columns: &["city_id", "report_id", "code_hash", "used"], key: 3, page: 500 },
    Table {
        name: "ballot_tally",
        columns: &["city_id", "report_id", "item_no", "opinion", "votes"],
        key: 4,
        page: 500,
    },
    Table {
        name: "draft",
        columns: &[
            "city_id",
            "draft_id",
            "version",
            "ended",
            "title",
            "year",
            "sha256",
            "text",
            "outline",
            "head",
            "reread",
            "total",
            "undecided",
            "started_by",
            "started_at",
            "changed_at",
        ],
        key: 2,
        page: 4,
    },
    Table { name: "draft_statement", columns: &["city_id", "draft_id", "statement_no", "body"], key: 3, page: 500 },
    Table { name: "file", columns: &["city_id", "sha256", "media_type", "kept_at", "content"], key: 2, page: 4 },
    Table {
        name: "account",
        columns: &["city_id", "account_id", "role", "unit_id", "password_hash", "created_at"],
        key: 2,
        page: 500,
    },
    Table {
        name: "session",
        columns: &["city_id", "token_hash", "account_id", "csrf", "expires_at"],
        key: 2,
        page: 500,
    },
    Table {
        name: "idempotency",
        columns: &["city_id", "account_id", "key", "request", "answer", "at"],
        key: 3,
        page: 500,
    },
];
