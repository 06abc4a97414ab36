-- request_page
SELECT number, subject, kind, state, received_at, changed_at, version, sealed
FROM request ORDER BY received_at DESC, number DESC LIMIT $1 OFFSET $2
