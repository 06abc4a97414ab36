-- entry_sealed
SELECT sequence, subject, purpose, day, leaf, sealed FROM entry
WHERE sequence >= $1 AND sealed IS NOT NULL ORDER BY sequence LIMIT $2
