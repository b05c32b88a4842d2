-- A link serves one screen: the browser that opened it first, which has a token of its own from then on. Links that were opened
-- before keep the screens that hold the link's token.

ALTER TABLE kiosk_links ADD COLUMN IF NOT EXISTS bound_hash bytea;
ALTER TABLE kiosk_links ADD COLUMN IF NOT EXISTS bound_at timestamptz;
ALTER TABLE kiosk_links ADD COLUMN IF NOT EXISTS bound_where text;

UPDATE kiosk_links SET bound_hash = token_hash, bound_at = last_seen_at WHERE last_seen_at IS NOT NULL AND bound_hash IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS kiosk_links_bound_hash ON kiosk_links (bound_hash);
