-- request_list
SELECT number, subject, kind, state, received_at, changed_at, version, sealed
FROM request WHERE subject = $1 ORDER BY received_at, number
