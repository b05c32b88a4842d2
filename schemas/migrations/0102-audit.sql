-- Who changed what, as a hash chain: each row's hash is over the hash before it and the row's own text (alerts/audit.py).
-- Rows are only ever added; the trigger keeps a slip from changing one, the chain finds who switched the trigger off.

CREATE TABLE IF NOT EXISTS audit (
    seq   bigint PRIMARY KEY,
    entry text   NOT NULL,
    hash  bytea  NOT NULL
);

CREATE OR REPLACE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is only ever added to.';
END $$;

CREATE OR REPLACE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();
