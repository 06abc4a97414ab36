-- datum_remove
DELETE FROM datum WHERE subject = $1 AND event = $2 AND field = $3
