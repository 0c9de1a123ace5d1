-- Key projects, and the tasks they are rolled up into.

CREATE TABLE project (
    city_id    TEXT NOT NULL,
    project_id TEXT NOT NULL,
    year       INTEGER NOT NULL,
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,      -- the project, JSON
    PRIMARY KEY (city_id, project_id)
) STRICT;
CREATE UNIQUE INDEX project_by_name ON project (city_id, year, name);

CREATE TABLE roll_up (
    city_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    body    TEXT NOT NULL,         -- what is counted, JSON
    PRIMARY KEY (city_id, task_id)
) STRICT;
