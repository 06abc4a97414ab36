-- request_answered_page
SELECT number, subject, kind, state, received_at, changed_at, version, sealed
FROM request WHERE state = 'answered' AND number > $1 ORDER BY number LIMIT $2
