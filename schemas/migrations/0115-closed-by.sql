-- Who closed an incident: what the desk closed by itself is nobody's judgement of a rule. Filled in from the log, which knows; read
-- as text, so that a row that somebody changed to what is no JSON keeps nothing from starting.

ALTER TABLE incidents ADD COLUMN IF NOT EXISTS closed_by text;

UPDATE incidents i SET closed_by = substring(a.entry from '"actor":"([^"]*)"')
FROM incident_log l JOIN audit a USING (seq)
WHERE l.incident = i.id AND i.state = 'closed' AND a.entry ~ '^\{"about":"[^"]*","action":"incident\.(close|merge)"';
