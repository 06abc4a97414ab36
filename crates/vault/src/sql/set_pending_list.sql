-- set_pending_list
SELECT sequence, people FROM set_pending ORDER BY sequence
