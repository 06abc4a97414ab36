-- value_make
UPDATE event SET fields = $3, sealed = $4 WHERE subject = $1 AND id = $2 AND sealed IS NULL
