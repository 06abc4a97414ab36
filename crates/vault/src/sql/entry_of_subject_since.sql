-- entry_of_subject_since
SELECT sequence, subject, purpose, day, leaf, sealed FROM entry
WHERE subject = $1 AND day >= $2 AND sealed IS NOT NULL ORDER BY number
