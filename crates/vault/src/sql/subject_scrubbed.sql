-- subject_scrubbed
UPDATE subject SET scrubbed_at = $1
WHERE erasure <= $2 AND scrubbed_at IS NULL
