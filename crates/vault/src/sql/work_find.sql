-- work_find
SELECT id, subject, case_number, store, state, attempts, next_attempt_at, intent, last_error, version, sealed
FROM work WHERE id = $1
