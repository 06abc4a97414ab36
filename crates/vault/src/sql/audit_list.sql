-- audit_list
SELECT at, policy, kept, broken, cannot_tell, stated FROM audit_run
WHERE at >= $1 ORDER BY at DESC LIMIT $2
