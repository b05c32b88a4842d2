-- A drill is announced before its device's event is sent: an alert is a drill where every event that it rests on was announced.
-- So what nobody announced is real, also in the middle of a drill.

CREATE TABLE IF NOT EXISTS drills (
    event      text        PRIMARY KEY,
    site       text        NOT NULL,
    plan       text        NOT NULL,
    device     text        NOT NULL,
    started_by text        NOT NULL,
    started_at timestamptz NOT NULL
);

ALTER TABLE alerts ADD COLUMN IF NOT EXISTS drill boolean NOT NULL DEFAULT false;
