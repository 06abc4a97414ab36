-- work_lease
-- One writer at a time, so that no row is leased twice.
UPDATE work SET lease = $1, leased_until = $2, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM work
    WHERE next_attempt_at <= $3 AND (leased_until IS NULL OR leased_until <= $3)
    ORDER BY next_attempt_at, id LIMIT $4)
RETURNING id, subject, case_number, store, state, attempts, next_attempt_at, intent, last_error, version, sealed
