-- subject_unscrubbed
SELECT COUNT(*), MAX(erased_at) FROM subject
WHERE erased_at IS NOT NULL AND scrubbed_at IS NULL
