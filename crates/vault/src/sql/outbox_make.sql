-- outbox_make
INSERT INTO outbox (id, webhook, subject, what, sealed, made_at, attempts, next_attempt_at)
VALUES ($1, $2, $3, $4, $5, $6, 0, $6)
