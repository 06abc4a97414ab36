-- application_list
SELECT name, scope, made_at, revoked_at FROM application ORDER BY name
