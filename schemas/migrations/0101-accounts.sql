-- What an account may do, and what it takes to log in. The role `wall` is a link's, never a person's.

ALTER TABLE accounts
    ADD COLUMN IF NOT EXISTS role        text        NOT NULL DEFAULT 'admin',
    ADD COLUMN IF NOT EXISTS must_change boolean     NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS disabled_at timestamptz,
    -- A one-time code's key as base32, the key that waits for its first code, and the step of the last code taken.
    ADD COLUMN IF NOT EXISTS totp_key     text,
    ADD COLUMN IF NOT EXISTS totp_pending text,
    ADD COLUMN IF NOT EXISTS totp_step    bigint NOT NULL DEFAULT 0;

ALTER TABLE accounts ALTER COLUMN role DROP DEFAULT;

ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_role;
ALTER TABLE accounts ADD CONSTRAINT accounts_role
    CHECK (role IN ('guard', 'steward', 'supervisor', 'manager', 'auditor', 'admin'));
