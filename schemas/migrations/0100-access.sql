-- Who may look at the screens: accounts of people, their sessions, and links for walls without a keyboard.
-- Secrets are kept hashed: passwords by argon2id, tokens (random, 256 bits) by SHA-256.

CREATE TABLE IF NOT EXISTS accounts (
    name          text        PRIMARY KEY,
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
    token_hash bytea       PRIMARY KEY,
    account    text        NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at);

-- A revoked link stays as a record; its name is free again.
CREATE TABLE IF NOT EXISTS kiosk_links (
    token_hash   bytea       PRIMARY KEY,
    name         text        NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz,
    revoked_at   timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS kiosk_links_name ON kiosk_links (name) WHERE revoked_at IS NULL;
