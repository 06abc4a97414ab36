-- work_make
INSERT INTO work (id, subject, case_number, store, state, attempts, next_attempt_at,
    version, sealed, changed_at)
VALUES ($1, $2, $3, $4, 'planned', 0, $5, 1, $6, $7)
