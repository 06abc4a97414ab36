-- work_plan
UPDATE work SET sealed = $2, version = version + 1, changed_at = $4
WHERE id = $1 AND version = $3
