-- ground_purpose
SELECT subject, keep, usage, marked, next_change_at FROM ground_now
WHERE purpose = $1 AND subject > $2
ORDER BY subject LIMIT $3
