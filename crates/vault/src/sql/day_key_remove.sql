-- day_key_remove
DELETE FROM day_key WHERE purpose = $1 AND day = $2
