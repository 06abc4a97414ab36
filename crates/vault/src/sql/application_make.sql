-- application_make
INSERT INTO application (name, key_blind, scope, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
