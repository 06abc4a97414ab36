-- request_make
INSERT INTO request (number, subject, kind, state, received_at, changed_at, version, sealed)
VALUES ($1, $2, $3, 'open', $4, $4, 1, $5)
