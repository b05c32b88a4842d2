-- Plans that run: the plan as it was when it opened and how each step stands (run), what lists show of it (summary).

ALTER TABLE incidents ADD COLUMN IF NOT EXISTS plan_open boolean NOT NULL DEFAULT false;

CREATE TABLE IF NOT EXISTS plan_runs (
    incident   uuid        PRIMARY KEY REFERENCES incidents,
    site       text        NOT NULL,
    plan       text        NOT NULL,
    version    integer     NOT NULL,
    opened_at  timestamptz NOT NULL,
    ended_at   timestamptz,
    next_clock timestamptz,
    run        jsonb       NOT NULL,
    summary    jsonb       NOT NULL DEFAULT '{}'
);

CREATE INDEX IF NOT EXISTS plan_runs_next_clock ON plan_runs (site, next_clock) WHERE next_clock IS NOT NULL;
