-- subject_scrubbed
UPDATE subject SET scrubbed_at = $1
WHERE erased_at IS NOT NULL AND erased_at <= $2 AND scrubbed_at IS NULL
