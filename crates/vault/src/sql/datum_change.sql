-- datum_change
UPDATE datum SET sealed = $4 WHERE subject = $1 AND event = $2 AND field = $3
