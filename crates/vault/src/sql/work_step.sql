-- work_step
-- The lease must still be the caller's; work that nobody holds is for callers without a lease.
UPDATE work SET
    state = $2,
    next_attempt_at = $3,
    intent = COALESCE($4, intent),
    last_error = $5,
    changed_at = $6,
    lease = CASE WHEN $8 = 1 THEN lease ELSE NULL END,
    leased_until = CASE WHEN $8 = 1 THEN leased_until ELSE NULL END
WHERE id = $1 AND (lease = $7 OR (lease IS NULL AND $9 = 1))
