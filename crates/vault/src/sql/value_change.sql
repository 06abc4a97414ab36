-- value_change
UPDATE event SET fields = $3, sealed = $4 WHERE subject = $1 AND id = $2
