-- identifier_complete
UPDATE identifier SET sealed = $3 WHERE blind = $1 AND subject = $2 AND length(sealed) = 0
