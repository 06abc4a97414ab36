-- entry_of_subject
SELECT sequence, subject, purpose, day, leaf, sealed FROM entry
WHERE subject = $1 ORDER BY number
