-- event_remove
DELETE FROM event WHERE subject = $1 AND id = $2
