-- ground_touched
SELECT DISTINCT subject FROM ground_now
WHERE purpose = $1 AND subject > $2
ORDER BY subject LIMIT $3
