-- duty_last
SELECT done_at FROM duty_done WHERE name = $1
