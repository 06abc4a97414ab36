-- day_key_list
SELECT purpose, day, epoch, wrapped FROM day_key
WHERE purpose > $1 OR (purpose = $1 AND day > $2)
ORDER BY purpose, day LIMIT 1000
