-- request_remove
DELETE FROM request WHERE number = $1 AND state = 'answered'
