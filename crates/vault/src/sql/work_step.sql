-- work_step
-- The lease must still be the caller's; work that nobody holds, or no longer, is for callers without one.
UPDATE work SET
    state = $2,
    next_attempt_at = $3,
    intent = COALESCE($4, intent),
    last_error = $5,
    changed_at = $6,
    lease = CASE WHEN $8 = 1 THEN lease ELSE NULL END,
    leased_until = CASE WHEN $8 = 1 THEN leased_until ELSE NULL END
WHERE id = $1 AND (lease = $7 OR ($9 = 1 AND (lease IS NULL OR leased_until <= $6)))
