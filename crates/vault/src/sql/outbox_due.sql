-- outbox_due
-- Of each person the earliest for a webhook: the later ones wait for it.
SELECT id, webhook, subject, what, sealed, made_at, attempts, next_attempt_at, problem FROM outbox AS one
WHERE next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS other
        WHERE other.webhook = one.webhook AND other.subject = one.subject AND other.id < one.id)
ORDER BY next_attempt_at, id LIMIT $2
