-- What people attach to an incident: pictures as this system wrote them anew, papers (PDF) as they came. One that is withdrawn
-- keeps its row and its hash and loses its body. Step, line and side say where in the plan it belongs; empty: to the incident.

CREATE TABLE IF NOT EXISTS attachments (
    id           uuid        PRIMARY KEY,
    incident     uuid        NOT NULL REFERENCES incidents,
    step         text        NOT NULL,
    line         text        NOT NULL,
    side         text        NOT NULL CHECK (side IN ('', 'before', 'after')),
    name         text        NOT NULL CHECK (name <> ''),
    kind         text        NOT NULL CHECK (kind IN ('image/jpeg', 'application/pdf')),
    sha256       text        NOT NULL,
    size         integer     NOT NULL,
    body         bytea,
    at           timestamptz NOT NULL,
    by           text        NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    CHECK ((body IS NULL) = (withdrawn_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS attachments_incident ON attachments (incident, at);
