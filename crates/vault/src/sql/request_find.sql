-- request_find
SELECT number, subject, kind, state, received_at, changed_at, version, sealed
FROM request WHERE number = $1
