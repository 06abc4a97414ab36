-- datum_remove_event
DELETE FROM datum WHERE subject = $1 AND event = $2
