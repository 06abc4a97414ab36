-- entry_sealed_of
SELECT 1 FROM entry
WHERE sequence >= $1 AND sequence < $2 AND purpose = $3 AND day = $4 AND sealed IS NOT NULL LIMIT 1
