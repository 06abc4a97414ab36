-- ground_due
SELECT d.next_change_at, s.id FROM (
    SELECT next_change_at, subject FROM ground_now
    WHERE next_change_at <= $1
        AND (next_change_at > $2 OR (next_change_at = $2 AND subject > $3))
    GROUP BY next_change_at, subject
    ORDER BY next_change_at, subject LIMIT $4) d
JOIN subject s ON s.bucket = d.subject / 1024 AND s.slot = d.subject % 1024
ORDER BY d.next_change_at, d.subject
