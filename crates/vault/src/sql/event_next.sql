-- event_next
SELECT COALESCE(MAX(id), 0) + 1 FROM event WHERE subject = $1
