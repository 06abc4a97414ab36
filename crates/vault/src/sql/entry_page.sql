-- entry_page
SELECT sequence, subject, purpose, day, leaf, sealed FROM entry
WHERE sequence >= $1 AND sequence < $2 ORDER BY sequence
