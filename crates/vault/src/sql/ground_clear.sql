-- ground_clear
DELETE FROM ground_now WHERE subject = $1
