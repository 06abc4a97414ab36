-- reference_make
UPDATE event SET reference = $3 WHERE subject = $1 AND id = $2
