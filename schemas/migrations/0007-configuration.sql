-- What a site decides about its rules: its lists, and what it changes of the catalogue. Every change is a revision.
--
-- Nothing is ever overwritten: a row counts at revision r if added <= r and (removed is null or removed > r), so that what
-- an alert was judged by can be read back exactly.

CREATE TABLE IF NOT EXISTS config_revisions (
    site     text        NOT NULL,
    revision bigint      NOT NULL,
    made_at  timestamptz NOT NULL,
    who      text        NOT NULL,
    what     text        NOT NULL,
    PRIMARY KEY (site, revision)
);

CREATE TABLE IF NOT EXISTS list_entries (
    site    text   NOT NULL,
    list    text   NOT NULL,
    subject text   NOT NULL,
    body    jsonb  NOT NULL,
    added   bigint NOT NULL,
    removed bigint CHECK (removed > added)
);

CREATE INDEX IF NOT EXISTS list_entries_subject ON list_entries (site, list, subject);

CREATE INDEX IF NOT EXISTS list_entries_added ON list_entries (site, added);

CREATE INDEX IF NOT EXISTS list_entries_removed ON list_entries (site, removed) WHERE removed IS NOT NULL;

-- starts_at absent: with its revision. ends_at absent: until somebody restores the rule; what is off always has an end.
CREATE TABLE IF NOT EXISTS rule_overrides (
    site      text   NOT NULL,
    id        bigint NOT NULL,
    rule      text   NOT NULL,
    what      jsonb  NOT NULL,
    owner     text   NOT NULL,
    reason    text   NOT NULL,
    starts_at timestamptz,
    ends_at   timestamptz CHECK (ends_at IS NOT NULL OR what -> 'off' IS NULL),
    added     bigint NOT NULL,
    removed   bigint CHECK (removed > added),
    PRIMARY KEY (site, id)
);

ALTER TABLE alerts ADD COLUMN IF NOT EXISTS parent uuid;

ALTER TABLE alerts ADD COLUMN IF NOT EXISTS plan text;

ALTER TABLE alerts ADD COLUMN IF NOT EXISTS severity_at timestamptz;

ALTER TABLE rule_state ADD COLUMN IF NOT EXISTS configuration jsonb;
