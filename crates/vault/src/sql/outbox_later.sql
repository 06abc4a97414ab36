-- outbox_later
UPDATE outbox SET next_attempt_at = $2, problem = $3, leased_until = NULL WHERE id = $1
