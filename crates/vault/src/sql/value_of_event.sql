-- value_of_event
SELECT id, says, fields, sealed FROM event WHERE subject = $1 AND id = $2
