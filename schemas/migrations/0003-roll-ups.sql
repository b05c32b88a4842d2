-- What the screens read all the time, written with the events.

-- One row a device, changed once a second: room on each page lets the change stay on it.
CREATE TABLE IF NOT EXISTS device_state (
    site            text        NOT NULL,
    device          text        NOT NULL,
    kind            text        NOT NULL,
    last_seen       timestamptz NOT NULL,
    last_type       text,
    last_event_time timestamptz,
    value           double precision,
    PRIMARY KEY (site, device)
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS event_counts (
    site   text        NOT NULL,
    kind   text        NOT NULL,
    minute timestamptz NOT NULL,
    n      bigint      NOT NULL,
    PRIMARY KEY (site, kind, minute)
) WITH (fillfactor = 50);
