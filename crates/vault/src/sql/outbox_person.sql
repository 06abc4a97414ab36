-- outbox_person
SELECT id, webhook, subject, what, sealed, made_at, attempts, next_attempt_at, problem FROM outbox WHERE subject = $1 ORDER BY id
