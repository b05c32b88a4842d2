-- Incidents: what people work on. Their history is the audit log's rows; incident_log says which.

CREATE TABLE IF NOT EXISTS incidents (
    id              uuid        PRIMARY KEY,
    site            text        NOT NULL,
    number          bigint      NOT NULL,
    version         integer     NOT NULL,
    state           text        NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved', 'closed')),
    severity        smallint    NOT NULL CHECK (severity BETWEEN 1 AND 4),
    -- Who set the severity; empty: the alerts did.
    severity_by     text        NOT NULL,
    rule            text        NOT NULL,
    device          text        NOT NULL,
    building        text        NOT NULL,
    subject         text,
    plan            text,
    drill           boolean     NOT NULL,
    -- Alerts that have one of these keys belong here while the incident lives.
    keys            text[]      NOT NULL,
    owner           text,
    opened_at       timestamptz NOT NULL,
    acknowledged_at timestamptz,
    resolved_at     timestamptz,
    closed_at       timestamptz,
    reason          text CHECK (reason IN ('real', 'drill', 'nuisance', 'equipment', 'duplicate')),
    occurrences     integer     NOT NULL,
    children        integer     NOT NULL,
    last_at         timestamptz NOT NULL,
    merged_into     uuid REFERENCES incidents,
    UNIQUE (site, number),
    CHECK ((state = 'closed') = (reason IS NOT NULL) AND (state = 'closed') = (closed_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS incidents_unclosed ON incidents (site) WHERE state <> 'closed';

CREATE INDEX IF NOT EXISTS incidents_opened_at ON incidents (site, opened_at DESC);

CREATE INDEX IF NOT EXISTS incidents_closed_at ON incidents (site, closed_at DESC) WHERE state = 'closed';

-- Which alert belongs to which incident: each to one. A child is counted and not told.
CREATE TABLE IF NOT EXISTS incident_alerts (
    alert      uuid        PRIMARY KEY,
    incident   uuid        NOT NULL REFERENCES incidents,
    raised_at  timestamptz NOT NULL,
    rule       text        NOT NULL,
    device     text        NOT NULL,
    subject    text,
    severity   smallint    NOT NULL,
    child      boolean     NOT NULL,
    cleared_at timestamptz
);

CREATE INDEX IF NOT EXISTS incident_alerts_incident ON incident_alerts (incident, raised_at);

CREATE INDEX IF NOT EXISTS incident_alerts_open ON incident_alerts (raised_at) WHERE cleared_at IS NULL;

CREATE TABLE IF NOT EXISTS incident_log (
    incident uuid   NOT NULL REFERENCES incidents,
    seq      bigint NOT NULL, -- of the audit log, whose verification finds a row that is gone
    PRIMARY KEY (incident, seq)
);

-- How far the desk has read the alerts of a site, by when they were stored.
CREATE TABLE IF NOT EXISTS desk_progress (
    site      text        PRIMARY KEY,
    stored_at timestamptz NOT NULL
);

-- Mutes and maintenance windows: never without an end. An empty matcher field matches all; not all three are empty.
CREATE TABLE IF NOT EXISTS mutes (
    id          uuid        PRIMARY KEY,
    site        text        NOT NULL,
    rule        text        NOT NULL,
    device      text        NOT NULL,
    building    text        NOT NULL,
    owner       text        NOT NULL,
    reason      text        NOT NULL CHECK (reason <> ''),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    reminded_at timestamptz,
    ended_at    timestamptz,
    ended_by    text,
    CHECK (rule <> '' OR device <> '' OR building <> '')
);

CREATE INDEX IF NOT EXISTS mutes_unended ON mutes (site, ends_at) WHERE ended_at IS NULL;

-- What a mute holds back. `released_at`: the mute ended early, and the alert was told after all.
CREATE TABLE IF NOT EXISTS muted_alerts (
    alert       uuid        PRIMARY KEY,
    mute        uuid        NOT NULL REFERENCES mutes,
    raised_at   timestamptz NOT NULL,
    rule        text        NOT NULL,
    device      text        NOT NULL,
    subject     text,
    severity    smallint    NOT NULL,
    released_at timestamptz
);

CREATE INDEX IF NOT EXISTS muted_alerts_mute ON muted_alerts (mute, raised_at);

CREATE INDEX IF NOT EXISTS muted_alerts_released ON muted_alerts (raised_at) WHERE released_at IS NOT NULL;
