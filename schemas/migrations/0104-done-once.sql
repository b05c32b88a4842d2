-- What a browser sent again because it did not hear the answer is done once.

CREATE TABLE IF NOT EXISTS done_once (
    once    uuid        PRIMARY KEY,
    actor   text        NOT NULL,
    done_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS done_once_done_at ON done_once (done_at);
