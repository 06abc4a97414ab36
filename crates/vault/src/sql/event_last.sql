-- event_last
SELECT COALESCE(MAX(id), 0) FROM event WHERE subject = $1
