-- sweep_dead
-- The run that began then is known to be gone.
UPDATE work SET lease = NULL, leased_until = NULL WHERE case_number = $1 AND store = $2 AND changed_at = $3
