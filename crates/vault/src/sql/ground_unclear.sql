-- ground_unclear
SELECT s.id FROM (
    SELECT DISTINCT subject FROM ground_now
    WHERE purpose = $1 AND subject > $2 AND keep = 'unknown' AND marked = 0 AND contact = 0
        AND (next_change_at IS NULL OR next_change_at > $3)
    ORDER BY subject LIMIT $4) g
JOIN subject s ON s.bucket = g.subject / 1024 AND s.slot = g.subject % 1024
ORDER BY g.subject
