-- outbox_due
-- Of each person the earliest for this webhook: the later ones wait for it.
SELECT id, webhook, subject, what, sealed, made_at, attempts, next_attempt_at, problem FROM outbox AS one
WHERE webhook = $1 AND next_attempt_at <= $2 AND (leased_until IS NULL OR leased_until <= $3)
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS other
        WHERE other.webhook = one.webhook AND other.subject = one.subject AND other.id < one.id)
ORDER BY next_attempt_at, id LIMIT $4
