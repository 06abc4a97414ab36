-- work_case
SELECT id, subject, case_number, store, state, attempts, next_attempt_at, intent, last_error, version, sealed
FROM work WHERE case_number = $1 ORDER BY id
