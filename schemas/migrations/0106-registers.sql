-- Registers that the house keeps: extinguishers and their inspections, patrol points and visits, findings with photos; and the
-- events that follow from them, which the desk posts to the gateway. What leaves a register stays here with the reason.

CREATE TABLE IF NOT EXISTS extinguishers (
    site       text    NOT NULL,
    id         text    NOT NULL CHECK (id <> ''),
    place      text    NOT NULL,
    kind       text    NOT NULL CHECK (kind IN ('powder', 'water', 'foam', 'gas', 'co2')),
    look       text    NOT NULL CHECK (look IN ('month', 'half_month')),
    made_on    date,
    charged_on date    NOT NULL,
    added_on   date    NOT NULL,
    looked_on  date,
    removed_at timestamptz,
    reason     text    NOT NULL DEFAULT '',
    PRIMARY KEY (site, id)
);

CREATE TABLE IF NOT EXISTS inspections (
    id           uuid        PRIMARY KEY,
    site         text        NOT NULL,
    extinguisher text        NOT NULL,
    at           timestamptz NOT NULL,
    who          text        NOT NULL,
    -- Which points were not in order; none: all were.
    wrong        text[]      NOT NULL,
    FOREIGN KEY (site, extinguisher) REFERENCES extinguishers
);

CREATE INDEX IF NOT EXISTS inspections_extinguisher ON inspections (site, extinguisher, at DESC);

CREATE TABLE IF NOT EXISTS checkpoints (
    site       text        NOT NULL,
    id         text        NOT NULL CHECK (id <> ''),
    place      text        NOT NULL,
    -- Monday 1; empty: every day.
    weekdays   smallint[]  NOT NULL,
    -- Local times of day, such as 08:00-10:00; 22:00-02:00 ends on the next day.
    windows    text[]      NOT NULL CHECK (windows <> '{}'),
    -- From when on its windows count: since it was added, or its windows were changed.
    since      timestamptz NOT NULL,
    removed_at timestamptz,
    reason     text        NOT NULL DEFAULT '',
    PRIMARY KEY (site, id)
);

CREATE TABLE IF NOT EXISTS visits (
    id         uuid        PRIMARY KEY,
    site       text        NOT NULL,
    checkpoint text        NOT NULL,
    at         timestamptz NOT NULL,
    who        text        NOT NULL,
    FOREIGN KEY (site, checkpoint) REFERENCES checkpoints
);

CREATE INDEX IF NOT EXISTS visits_checkpoint ON visits (site, checkpoint, at DESC);

-- A picture as this system wrote it anew; the hash is of these bytes.
CREATE TABLE IF NOT EXISTS photos (
    id     uuid        PRIMARY KEY,
    site   text        NOT NULL,
    sha256 bytea       NOT NULL,
    jpeg   bytea       NOT NULL,
    at     timestamptz NOT NULL
);

-- What was found wrong at an extinguisher or a patrol point; `thing` is its id.
CREATE TABLE IF NOT EXISTS findings (
    id           uuid        PRIMARY KEY,
    site         text        NOT NULL,
    register     text        NOT NULL CHECK (register IN ('extinguisher', 'checkpoint')),
    thing        text        NOT NULL,
    place        text        NOT NULL,
    what         text        NOT NULL CHECK (what <> ''),
    photo        uuid        REFERENCES photos,
    found_at     timestamptz NOT NULL,
    found_by     text        NOT NULL,
    owner        text        NOT NULL,
    due_on       date        NOT NULL,
    rectified_at timestamptz,
    rectified_on date,
    rectified_by text,
    remark       text        NOT NULL DEFAULT ''
);

CREATE INDEX IF NOT EXISTS findings_found_at ON findings (site, found_at DESC);

-- Events of the registers, for the gateway. The id follows from what it tells; `tried_at` is the first attempt that may have
-- arrived, `told_at` the gateway's answer that it is safe.
CREATE TABLE IF NOT EXISTS register_events (
    id         uuid        PRIMARY KEY,
    seq        bigint      GENERATED ALWAYS AS IDENTITY,
    site       text        NOT NULL,
    device     text        NOT NULL,
    type       text        NOT NULL,
    identity   text        NOT NULL,
    zone       text        NOT NULL,
    attributes jsonb       NOT NULL,
    made_at    timestamptz NOT NULL,
    tried_at   timestamptz,
    told_at    timestamptz
);

CREATE INDEX IF NOT EXISTS register_events_device ON register_events (site, device, seq DESC);

CREATE INDEX IF NOT EXISTS register_events_waiting ON register_events (site, seq) WHERE told_at IS NULL;
