-- sweep_make
INSERT INTO work (id, subject, case_number, store, state, attempts, next_attempt_at,
    lease, leased_until, version, sealed, changed_at)
VALUES ($1, $2, $3, $4, 'intended', 1, NULL, $5, $6, 1, $7, $8)
