-- value_list
SELECT id, says, fields, sealed FROM event WHERE subject = $1 AND sealed IS NOT NULL ORDER BY id
