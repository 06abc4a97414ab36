-- ground_due
SELECT next_change_at, subject FROM ground_now
WHERE next_change_at <= $1
    AND (next_change_at > $2 OR (next_change_at = $2 AND subject > $3))
GROUP BY next_change_at, subject
ORDER BY next_change_at, subject LIMIT $4
