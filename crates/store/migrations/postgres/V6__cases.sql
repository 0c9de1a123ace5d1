-- Cases: what moves through states under clocks; what is told to whom.

-- A leading post's account.
ALTER TABLE account ADD COLUMN leader_id TEXT COLLATE "C";

-- Kinds of case as brought by the city, every version a case was opened with.
CREATE TABLE matter (
    city_id   TEXT COLLATE "C" NOT NULL,
    matter_id TEXT COLLATE "C" NOT NULL,
    version   BIGINT NOT NULL,
    body      TEXT COLLATE "C" NOT NULL,      -- the definition, JSON
    PRIMARY KEY (city_id, matter_id, version)
);

CREATE TABLE case_state (
    city_id   TEXT COLLATE "C" NOT NULL,
    case_id   TEXT COLLATE "C" NOT NULL,
    matter_id TEXT COLLATE "C" NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,      -- what it is about: a task's identifier
    state     TEXT COLLATE "C" NOT NULL,
    ended     BIGINT NOT NULL,
    waiting   BIGINT NOT NULL,   -- 1 when something waits for an approval
    version   BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,   -- end of the first clock that runs, computed from the calendar; the largest number when none does
    remind_at BIGINT NOT NULL,   -- next instant a reminder may be due; the largest number when none is
    body      TEXT COLLATE "C" NOT NULL,      -- the case, JSON
    PRIMARY KEY (city_id, case_id)
);
CREATE INDEX case_by_subject ON case_state (city_id, subject);
CREATE INDEX case_by_due ON case_state (city_id, ended, due_at, case_id);
CREATE INDEX case_by_reminder ON case_state (city_id, remind_at);

CREATE TABLE case_party (
    city_id  TEXT COLLATE "C" NOT NULL,
    case_id  TEXT COLLATE "C" NOT NULL,
    role     TEXT COLLATE "C" NOT NULL,
    party_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (city_id, case_id, role, party_id)
);
CREATE INDEX case_party_by_party ON case_party (city_id, party_id, case_id);

-- What is told inside the program. Numbered by the event it came with.
CREATE TABLE notice (
    city_id  TEXT COLLATE "C" NOT NULL,
    seq      BIGINT NOT NULL,
    ord      BIGINT NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,       -- office, unit:ID or leader:ID
    at       BIGINT NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    body     TEXT COLLATE "C" NOT NULL,       -- words in both languages, JSON
    PRIMARY KEY (city_id, seq, ord)
);
CREATE INDEX notice_by_audience ON notice (city_id, audience, seq);

-- How far an account has read.
CREATE TABLE notice_seen (
    city_id    TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    PRIMARY KEY (city_id, account_id)
);
