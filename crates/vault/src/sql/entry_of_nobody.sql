-- entry_of_nobody
-- Entries about nobody whom Kept knows: of a day or later, in order.
SELECT sequence, subject, purpose, day, leaf, sealed FROM entry
WHERE sequence > $1 AND subject IS NULL AND sealed IS NOT NULL AND day >= $2
ORDER BY sequence LIMIT $3
