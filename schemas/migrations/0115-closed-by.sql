-- Who closed an incident: what the desk closed by itself is nobody's judgement of a rule. Filled in from the log, which knows.

ALTER TABLE incidents ADD COLUMN IF NOT EXISTS closed_by text;

UPDATE incidents i SET closed_by = a.entry::jsonb ->> 'actor'
FROM incident_log l JOIN audit a USING (seq)
WHERE l.incident = i.id AND i.state = 'closed' AND a.entry::jsonb ->> 'action' IN ('incident.close', 'incident.merge');
