-- outbox_take
-- One sender at a time, and only while nothing earlier about the person waits.
UPDATE outbox SET leased_until = $2, attempts = attempts + 1
WHERE id = $1 AND (leased_until IS NULL OR leased_until <= $3)
