-- ground_list
SELECT ground, purpose, keep, usage, marked, next_change_at, policy_version
FROM ground_now WHERE subject = $1 ORDER BY purpose, ground
