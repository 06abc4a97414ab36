-- subject_erased
SELECT erased_at, scrubbed_at FROM subject WHERE id = $1
