-- sweep_take
-- Nobody's, or left by a run that no longer renews it.
UPDATE work SET lease = $1, leased_until = $2, changed_at = $3, attempts = attempts + 1
WHERE case_number = $4 AND store = $5 AND (leased_until IS NULL OR leased_until <= $3)
RETURNING id, subject, case_number, store, state, attempts, next_attempt_at, intent, last_error, version, sealed
