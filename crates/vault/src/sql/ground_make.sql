-- ground_make
INSERT INTO ground_now
    (subject, place, purpose, keep, usage, marked, next_change_at, policy, contact)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
