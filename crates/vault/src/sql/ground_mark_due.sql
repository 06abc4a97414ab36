-- ground_mark_due
UPDATE ground_now SET next_change_at = $2 WHERE subject = $1
