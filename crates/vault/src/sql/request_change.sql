-- request_change
UPDATE request SET state = $2, sealed = $3, changed_at = $4, version = version + 1
WHERE number = $1 AND version = $5
