-- reference_make
INSERT INTO reference (blind, subject, event) VALUES ($1, $2, $3)
ON CONFLICT (blind) DO UPDATE SET subject = excluded.subject, event = excluded.event
