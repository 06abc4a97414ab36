-- ground_stale
SELECT s.id FROM (
    SELECT DISTINCT subject FROM ground_now
    WHERE policy <> $1 AND subject > $2
    ORDER BY subject LIMIT $3) g
JOIN subject s ON s.bucket = g.subject / 1024 AND s.slot = g.subject % 1024
ORDER BY g.subject
