-- request_open
SELECT number, subject, kind, state, received_at, changed_at, version, sealed
FROM request WHERE state <> 'answered' ORDER BY received_at, number
