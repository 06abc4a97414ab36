-- work_renew
UPDATE work SET leased_until = $2 WHERE lease = $1
