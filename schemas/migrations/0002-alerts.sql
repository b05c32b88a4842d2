-- Alerts, and when a browser first showed each.

CREATE TABLE IF NOT EXISTS alerts (
    id           uuid        NOT NULL,
    site         text        NOT NULL,
    rule         text        NOT NULL,
    rule_version integer     NOT NULL,
    severity     smallint    NOT NULL,
    device       text        NOT NULL,
    subject      text,
    raised_at    timestamptz NOT NULL,
    cleared_at   timestamptz,
    occurred_at  timestamptz NOT NULL,
    received_at  timestamptz,
    judged_at    timestamptz NOT NULL,
    stored_at    timestamptz NOT NULL,
    why          jsonb       NOT NULL
);

DO $$
BEGIN
    PERFORM create_hypertable(
        'alerts', 'raised_at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false, if_not_exists => true
    );
END
$$;

CREATE UNIQUE INDEX IF NOT EXISTS alerts_id_raised_at ON alerts (id, raised_at);

CREATE INDEX IF NOT EXISTS alerts_site_raised_at ON alerts (site, raised_at DESC);

CREATE INDEX IF NOT EXISTS alerts_open ON alerts (site, raised_at DESC) WHERE cleared_at IS NULL;

CREATE INDEX IF NOT EXISTS alerts_stored_at ON alerts USING brin (stored_at);

CREATE TABLE IF NOT EXISTS alert_shown (
    alert    uuid        PRIMARY KEY,
    shown_at timestamptz NOT NULL
);
