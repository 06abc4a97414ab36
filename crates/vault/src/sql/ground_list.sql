-- ground_list
SELECT purpose, keep, usage, marked, next_change_at
FROM ground_now WHERE subject = $1 ORDER BY purpose, place
