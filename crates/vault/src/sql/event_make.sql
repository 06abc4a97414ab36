-- event_make
INSERT INTO event (subject, id, happened_at, recorded_after, says, about, words)
VALUES ($1, $2, $3, $4, $5, $6, $7)
