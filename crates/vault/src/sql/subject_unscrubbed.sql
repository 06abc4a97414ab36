-- subject_unscrubbed
SELECT MAX(erasure) FROM subject
WHERE erasure IS NOT NULL AND scrubbed_at IS NULL
