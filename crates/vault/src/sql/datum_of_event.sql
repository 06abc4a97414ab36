-- datum_of_event
SELECT event, field, sealed FROM datum WHERE subject = $1 AND event = $2
