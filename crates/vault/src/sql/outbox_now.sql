-- outbox_now
UPDATE outbox SET next_attempt_at = $1 WHERE next_attempt_at > $1
