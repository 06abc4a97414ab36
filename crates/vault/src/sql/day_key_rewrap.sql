-- day_key_rewrap
UPDATE day_key SET epoch = $3, wrapped = $4 WHERE purpose = $1 AND day = $2
