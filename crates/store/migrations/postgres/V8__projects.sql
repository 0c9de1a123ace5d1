-- Key projects, and the tasks they are rolled up into.

CREATE TABLE project (
    city_id    TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C" NOT NULL,
    year       BIGINT NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,      -- the project, JSON
    PRIMARY KEY (city_id, project_id)
);
CREATE UNIQUE INDEX project_by_name ON project (city_id, year, name);

CREATE TABLE roll_up (
    city_id TEXT COLLATE "C" NOT NULL,
    task_id TEXT COLLATE "C" NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,         -- what is counted, JSON
    PRIMARY KEY (city_id, task_id)
);
