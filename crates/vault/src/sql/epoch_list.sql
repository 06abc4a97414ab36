-- epoch_list
SELECT number, begun_at, ended_at, last_erasure, destroyed_at FROM epoch ORDER BY number
