-- day_key_find
SELECT epoch, wrapped FROM day_key WHERE purpose = $1 AND day = $2
