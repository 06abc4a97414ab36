-- application_find
SELECT name, scope, made_at, revoked_at FROM application WHERE key_blind = $1 AND revoked_at IS NULL
