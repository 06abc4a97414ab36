-- outbox_list
SELECT id, webhook, subject, what, sealed, made_at, attempts, next_attempt_at, problem FROM outbox WHERE id > $1 ORDER BY id LIMIT $2
