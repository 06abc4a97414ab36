-- ground_stale_any
SELECT 1 FROM ground_now WHERE policy < $1
UNION ALL
SELECT 1 FROM ground_now WHERE policy > $1
LIMIT 1
