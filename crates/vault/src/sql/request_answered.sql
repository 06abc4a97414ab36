-- request_answered
SELECT number, subject, kind, state, received_at, changed_at, version, sealed
FROM request WHERE state = 'answered' AND changed_at >= $1 ORDER BY changed_at, number
