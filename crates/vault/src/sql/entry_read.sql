-- entry_read
SELECT sequence, subject, purpose, day, leaf, sealed FROM entry
WHERE sequence = $1
