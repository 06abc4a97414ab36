-- ground_stale
SELECT DISTINCT subject FROM ground_now
WHERE policy <> $1 AND subject > $2
ORDER BY subject LIMIT $3
